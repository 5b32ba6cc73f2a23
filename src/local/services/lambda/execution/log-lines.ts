import { createHash } from 'node:crypto';
import type { Crash } from './failures.js';

/** The lines that Lambda itself writes into a function's log (aws-facts 4.4). */

/** The hash by which AWS names the build of a runtime; ours stands for the runtime's name. */
export const runtimeVersionArn = (runtime: string, region: string): string =>
  `arn:aws:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;

export function initStartLine(runtime: string, region: string): string {
  const version = runtime.replace(/^([a-z]+)([\d.]+?)(?:\.x)?$/, '$1:$2');
  return `INIT_START Runtime Version: ${version}.v1\tRuntime Version ARN: ${runtimeVersionArn(runtime, region)}\n`;
}

export const startLine = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}\n`;

export const endLine = (requestId: string): string => `END RequestId: ${requestId}\n`;

export function timeoutLine(requestId: string, options: { at: number; seconds: number }): string {
  return `${new Date(options.at).toISOString()} ${requestId} Task timed out after ${options.seconds.toFixed(2)} seconds\n\n`;
}

/** What is told of a process that ended in the middle of an invocation. */
export const exitLine = (requestId: string, { errorType, reason }: Crash): string =>
  `RequestId: ${requestId} Error: ${reason}\n${errorType}\n`;

export const initReportLine = (ms: number, errorType: string): string =>
  `INIT_REPORT Init Duration: ${ms.toFixed(2)} ms\tPhase: init\tStatus: error\tError Type: ${errorType}\n`;

/** What one invocation cost. */
export interface Report {
  readonly requestId: string;
  readonly ms: number;
  /** Only of the first invocation of a process. */
  readonly initMs: number | undefined;
  readonly memorySize: number;
  readonly megabytes: number;
  /** Such as `timeout`, or `error\tError Type: Runtime.ExitError`. */
  readonly status?: string;
}

/** Since August 2025 the time of a cold start is billed too. */
export function reportLine(report: Report): string {
  const { requestId, ms, initMs, memorySize, megabytes, status } = report;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${ms.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(ms + (initMs ?? 0))} ms`,
    `Memory Size: ${memorySize} MB`,
    `Max Memory Used: ${Math.min(megabytes, memorySize)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status}`]),
  ];
  return `${fields.join('\t')}${status === undefined ? (initMs === undefined ? '\t' : '\t\t') : ''}\n`;
}
