import * as v from 'valibot';
import { AwsError } from '../../errors.js';
import type { Principal } from '../../identity.js';
import { atMostLength, text } from '../constraints.js';

const TOO_MANY = 'Member must have length less than or equal to 50';

/** The members of AssumeRole that tag the session. */
export const tagInputs = {
  Tags: v.exactOptional(
    v.pipe(
      v.array(v.object({ Key: text(1, 128), Value: v.pipe(v.string(), atMostLength(256)) })),
      v.maxLength(50, TOO_MANY),
    ),
    [],
  ),
  TransitiveTagKeys: v.exactOptional(v.pipe(v.array(text(1, 128)), v.maxLength(50, TOO_MANY)), []),
};

interface TagInput {
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly TransitiveTagKeys: readonly string[];
}

type Tagging = Pick<Principal & { readonly kind: 'role-session' }, 'tags' | 'transitiveTags'>;

/**
 * The new session's tags: those given, and the transitive ones of the session that asks.
 * @throws AwsError InvalidParameterValue, in AWS's recorded words.
 */
export function sessionTags({ Tags, TransitiveTagKeys }: TagInput, principal: Principal): Tagging {
  const given = Tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(given).size < given.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (!TransitiveTagKeys.every((key) => given.includes(key.toLowerCase()))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  }
  const { tags = {}, transitiveTags = [] } = principal.kind === 'role-session' ? principal : {};
  if (transitiveTags.some((key) => given.includes(key.toLowerCase()))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const passedOn = new Set(transitiveTags.map((key) => key.toLowerCase()));
  const inherited = Object.entries(tags).filter(([key]) => passedOn.has(key.toLowerCase()));
  const own = Tags.map(({ Key, Value }): [string, string] => [Key, Value]);
  return {
    tags: Object.fromEntries([...inherited, ...own]),
    transitiveTags: [...transitiveTags, ...TransitiveTagKeys],
  };
}

const invalid = (message: string): AwsError =>
  new AwsError({ code: 'InvalidParameterValue', status: 400, message });
