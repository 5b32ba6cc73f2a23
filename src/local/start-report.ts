import * as v from 'valibot';

/** What the server's process tells the one that started it, once. */
export const StartReport = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  /** Another server has the state open: it was quicker, or is about to answer. */
  v.object({ kind: v.literal('locked') }),
  v.object({ kind: v.literal('port-taken'), message: v.string() }),
  v.object({ kind: v.literal('state-newer'), message: v.string() }),
  v.object({ kind: v.literal('failed'), message: v.string() }),
]);
export type StartReport = v.InferOutput<typeof StartReport>;
