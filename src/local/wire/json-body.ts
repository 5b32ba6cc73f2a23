import type { WireResponse } from './http.js';

/** The object that a request's body says in JSON, and `{}` for no body; undefined for what is no object. */
export function objectIn(body: Buffer): object | undefined {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Answers in JSON of one content type. */
export const answersIn =
  (contentType: string) =>
  (
    status: number,
    requestId: string,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): WireResponse => ({
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...headers },
    body,
  });
