import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

export const HEALTH_PATH = '/_lab-setup/health';

/** What a running server says of itself to everybody. */
const Health = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  version: v.string(),
  /** Which build of that version (build.ts). */
  build: v.optional(v.string(), ''),
  /** ISO 8601. */
  startedAt: v.string(),
  /** Whether time is made real. */
  likeAws: v.optional(v.boolean(), false),
});

/** What it says beside that to one who proves to know the installation's secret. */
const Inside = v.object({
  /** The memory of its process; those of functions come and go. */
  memoryBytes: v.number(),
  /** How many there are of each kind, such as `roles`. */
  contents: v.record(v.string(), v.number()),
});
export type Inside = v.InferOutput<typeof Inside>;

const ProvedHealth = v.object({ ...Health.entries, ...v.partial(Inside).entries });
export type Health = v.InferOutput<typeof ProvedHealth>;

/** The caller's: `nonce` makes the answer provable, `proof` shows who asks. */
export interface HealthQuery {
  readonly nonce: string;
  readonly proof: string;
}

/** By what both sides know each other. */
interface Terms {
  readonly secret: string;
  /** An answer that is passed on from another port proves nothing. */
  readonly port: number;
}

const NONCE = /^[0-9a-f]{32}$/;

/** A new question. */
export function healthQuery(terms: Terms): HealthQuery {
  const nonce = randomBytes(16).toString('hex');
  return { nonce, proof: sign(terms, 'question', nonce) };
}

/**
 * The answer to a health check: with a proof when the caller's nonce is one, so that no other program can give it; with
 * what is inside for nobody but one who proved the same.
 */
export function healthAnswer(
  health: v.InferOutput<typeof Health>,
  { query, inside, ...terms }: Terms & { query: HealthQuery; inside: () => Inside },
): object {
  const { nonce, proof } = query;
  if (!NONCE.test(nonce)) return health;
  const isKnown = isSame(proof, sign(terms, 'question', nonce));
  const said = { ...health, ...(isKnown ? inside() : {}) };
  return { ...said, proof: sign(terms, 'answer', nonce, said) };
}

/** What the answer says, if whoever gave it on this port knows the installation's secret; else undefined. */
export function provedHealth(
  answer: unknown,
  { nonce, ...terms }: Terms & { nonce: string },
): Health | undefined {
  const parsed = v.safeParse(v.looseObject({ proof: v.string() }), answer);
  if (!parsed.success) return undefined;
  // All that is said, whatever the server's version says.
  const { proof, ...said } = parsed.output;
  if (!isSame(proof, sign(terms, 'answer', nonce, said))) return undefined;
  const health = v.safeParse(ProvedHealth, said);
  return health.success ? health.output : undefined;
}

function sign({ secret, port }: Terms, part: 'question' | 'answer', nonce: string, said?: object): string {
  // Sorted: a parser may have changed the order.
  const members = Object.entries(said ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([`lab-setup health ${part}`, nonce, port, members]);
  return createHmac('sha256', secret).update(text).digest('hex');
}

function isSame(claimed: string, expected: string): boolean {
  const [a, b] = [Buffer.from(claimed), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
