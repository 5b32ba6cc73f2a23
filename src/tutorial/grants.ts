import * as v from 'valibot';
import type { Difference } from './difference.js';
import { canonicalPolicy, type PolicyDocument } from './policies.js';

/** One action that a document allows or denies, in a trust policy to one service. */
interface Grant {
  readonly effect: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** Who is meant and on what conditions, as text; empty where the statement says nothing more. */
  readonly terms: string;
}

/** What a difference expects where something is granted too much. */
export const NOTHING_MORE = 'nothing more';

/** Whether what differs is a denial, which wins over whatever is allowed. */
export const isDenial = ({ actual }: Difference): boolean => String(actual).startsWith('Deny ');

/** Whether all that is wanted is granted in spite of this difference, and something besides. */
export const isExcess = (difference: Difference): boolean =>
  difference.expected === NOTHING_MORE && !isDenial(difference);

/**
 * How a document differs from the one that is wanted, by meaning, one difference for each action: what is not granted,
 * and what is granted too much. Sids, order and the grouping into statements mean nothing.
 */
export function policyDifferences(setting: string, wanted: PolicyDocument, found: unknown): Difference[] {
  const [mine, theirs] = [grantsOf(wanted).map(textOf), grantsOf(found).map(textOf)];
  const missing = mine.filter((grant) => !theirs.includes(grant));
  const excess = theirs.filter((grant) => !mine.includes(grant));
  return [
    ...missing.map((expected) => ({ setting, expected, actual: undefined })),
    ...excess.map((actual) => ({ setting, expected: NOTHING_MORE, actual })),
  ];
}

/**
 * What is wanted and not granted by all these documents together, however they put it: with wildcards, or in several
 * policies. Conditions are not judged: a grant that has one counts as none.
 */
export function notGranted(setting: string, wanted: PolicyDocument, found: readonly unknown[]): Difference[] {
  const grants = found.flatMap(grantsOf).filter(({ terms }) => terms === '');
  return grantsOf(wanted).flatMap((grant) => {
    const said = (effect: string): Grant | undefined =>
      grants.find((each) => each.effect === effect && covers(each, grant));
    const denied = said('Deny');
    if (said('Allow') && !denied) return [];
    return [{ setting, expected: textOf(grant), actual: denied && textOf(denied) }];
  });
}

/** What these documents allow beyond what is wanted, as `dynamodb:* on *`; one text for each set of resources. */
export function grantedBeyond(wanted: PolicyDocument, found: readonly unknown[]): string[] {
  const needed = grantsOf(wanted);
  const beyond = new Map<string, string[]>();
  for (const { effect, action, resources } of found.flatMap(grantsOf)) {
    const isNeeded = needed.some(
      (each) =>
        each.action.toLowerCase() === action.toLowerCase() &&
        // A log group's streams are part of it.
        resources.every((resource) => each.resources.some((own) => resource.startsWith(own))),
    );
    if (effect !== 'Allow' || isNeeded) continue;
    const where = resources.join(' and ');
    beyond.set(where, [...(beyond.get(where) ?? []), action]);
  }
  return [...beyond].map(([where, actions]) => `${actions.join(', ')} on ${where}`);
}

/** Whether a statement speaks of what another grants: of a log group's two ARNs AWS asks for the one or the other. */
const covers = (statement: Grant, { action, resources }: Grant): boolean =>
  matchesWildcards(statement.action.toLowerCase(), action.toLowerCase()) &&
  statement.resources.some((pattern) => resources.some((resource) => matchesWildcards(pattern, resource)));

/** IAM's wildcards: `*` is any text, `?` any one character. At a mismatch the last `*` takes in one more. */
export function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let i = 0; i < text.length;) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      taken = i;
    } else if (pattern[at] === '?' || pattern[at] === text[i]) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      at = star + 1;
      taken += 1;
      i = taken;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

/** `Allow dynamodb:GetItem on arn:…` */
function textOf({ effect, action, resources, terms }: Grant): string {
  const where = resources.length === 0 ? '' : ` on ${resources.join(' and ')}`;
  return `${effect} ${action}${where}${terms}`;
}

function grantsOf(document: unknown): Grant[] {
  const { Statement } = v.parse(Document, canonicalPolicy(document));
  return Statement.flatMap(({ Effect = '?', Action = ['(no action)'], Resource = [], ...rest }) =>
    Action.flatMap((action) =>
      termsOf(rest).map((terms) => ({ effect: Effect, action, resources: Resource, terms })),
    ),
  );
}

/** ` by lambda.amazonaws.com`, and the rest of the statement as it stands; once for each service that is meant. */
function termsOf(statement: Readonly<Record<string, unknown>>): string[] {
  const { Principal, ...others } = statement;
  const rest = Object.fromEntries(Object.entries(others).filter(([name]) => name !== 'Sid'));
  const service = v.safeParse(v.strictObject({ Service: v.array(v.string()) }), Principal);
  const by = service.success ? service.output.Service.map((each) => ` by ${each}`) : [''];
  const more = service.success || Principal === undefined ? rest : { Principal, ...rest };
  const end = Object.keys(more).length === 0 ? '' : ` with ${JSON.stringify(more)}`;
  return by.map((each) => `${each}${end}`);
}

/** Canonical, so that actions and resources are lists; whatever is not a policy grants nothing. */
const Document = v.fallback(
  v.object({
    Statement: v.array(
      v.looseObject({
        Effect: v.optional(v.string()),
        Action: v.optional(v.array(v.string())),
        Resource: v.optional(v.array(v.string())),
      }),
    ),
  }),
  { Statement: [] },
);
