import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

export const HEALTH_PATH = '/_lab-setup/health';

/** What a running server says of itself. */
const Health = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  version: v.string(),
  /** ISO 8601. */
  startedAt: v.string(),
});
export type Health = v.InferOutput<typeof Health>;

const ProvedHealth = v.object({ ...Health.entries, proof: v.string() });

const NONCE = /^[0-9a-f]{32}$/;

export const newNonce = (): string => randomBytes(16).toString('hex');

/** The answer to a health check: with a proof when the caller's nonce is one, so that no other program can give it. */
export function healthAnswer(
  health: Health,
  options: { secret: string; port: number; nonce: string },
): Health & { proof?: string } {
  return NONCE.test(options.nonce) ? { ...health, proof: proofOf(health, options) } : health;
}

/** What the answer says, if whoever gave it on this port knows the installation's secret; else undefined. */
export function provedHealth(
  answer: unknown,
  options: { secret: string; port: number; nonce: string },
): Health | undefined {
  const parsed = v.safeParse(ProvedHealth, answer);
  if (!parsed.success) return undefined;
  const { proof, ...health } = parsed.output;
  const claimed = Buffer.from(proof);
  const expected = Buffer.from(proofOf(health, options));
  return claimed.length === expected.length && timingSafeEqual(claimed, expected) ? health : undefined;
}

/** Over all that is said, and the port: an answer that is passed on from elsewhere, or changed on the way, proves nothing. */
function proofOf(
  { pid, version, startedAt }: Health,
  { secret, port, nonce }: { secret: string; port: number; nonce: string },
): string {
  const said = JSON.stringify(['lab-setup health', nonce, port, pid, version, startedAt]);
  return createHmac('sha256', secret).update(said).digest('hex');
}
