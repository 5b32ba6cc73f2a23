import * as v from 'valibot';
import { atLeastLength, atMostLength, fitting } from '../constraints.js';
import type { World } from '../ports.js';
import { functionInOtherRegion, functionNotFound, invalidParameter } from './errors.js';

const ARN_BEFORE_NAME = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?`;

/**
 * What a caller may write for a function: a name, a partial ARN or a full one, with or without a version. The service
 * model has two shapes for it; this is NamespacedFunctionName, of the calls that read, invoke, permit and delete.
 */
export const functionNameSchema = v.pipe(
  v.string(),
  atLeastLength(1),
  atMostLength(256),
  fitting(String.raw`${ARN_BEFORE_NAME}([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`),
);

/** The model's other shape, FunctionName: that of the calls that make, update, publish and limit functions. */
export const plainFunctionNameSchema = v.pipe(
  v.string(),
  atLeastLength(1),
  atMostLength(140),
  fitting(String.raw`${ARN_BEFORE_NAME}([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`),
);

export const qualifierSchema = v.pipe(
  v.string(),
  atLeastLength(1),
  atMostLength(128),
  fitting(String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`),
);

/** The version that changes; published ones have numbers. */
export const LATEST = '$LATEST';

export interface FunctionReference {
  readonly name: string;
  /** The ARN without a version; that of another account stays as it was given. */
  readonly arn: string;
  /** As given, in the name or beside it. */
  readonly qualifier: string | undefined;
  readonly ownAccount: boolean;
}

const REFERENCE =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([^:]+)(?::(.+))?$/;

/** The ARN of a function of this account and region. */
export const functionArn = (world: Pick<World, 'region' | 'account'>, name: string): string =>
  `arn:aws:lambda:${world.region}:${world.account}:function:${name}`;

/** @throws AwsError when the function is of another region, or the two qualifiers differ. */
export function readReference(
  world: Pick<World, 'region' | 'account'>,
  given: { FunctionName: string; Qualifier?: string | undefined },
): FunctionReference {
  const [, region = world.region, account = world.account, name = '', own] =
    REFERENCE.exec(given.FunctionName) ?? [];
  if (region !== world.region) throw functionInOtherRegion(region, world.region);
  if (own !== undefined && given.Qualifier !== undefined && own !== given.Qualifier) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return {
    name,
    arn: functionArn({ region, account }, name),
    qualifier: own ?? given.Qualifier,
    ownAccount: account === world.account,
  };
}

/** For what published versions do not have. @throws AwsError as AWS does for a version that does not exist. */
export function refuseOtherVersions({ arn, qualifier }: FunctionReference): void {
  if (qualifier !== undefined && qualifier !== LATEST) throw functionNotFound(`${arn}:${qualifier}`);
}
