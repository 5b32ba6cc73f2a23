import type { RequestFacts } from '../protocol.js';

/** The part of the context object that is the same for all invocations of a process (aws-facts 4.3). */
export interface FunctionFacts {
  readonly functionName: string;
  readonly functionVersion: string;
  /** Lambda passes it as text. */
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** The context object that a handler gets. */
export function contextOf(facts: RequestFacts, about: FunctionFacts): object {
  const { deadline } = facts;
  return {
    ...about,
    clientContext: facts.clientContext,
    identity: undefined,
    invokedFunctionArn: facts.functionArn,
    awsRequestId: facts.requestId,
    tenantId: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
