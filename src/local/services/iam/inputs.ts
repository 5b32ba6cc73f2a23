import * as v from 'valibot';
import { atLeast, atLeastLength, atMost, atMostLength, fitting, text } from '../constraints.js';

/** The parts of IAM's inputs, with the limits and words of its service model. All of them arrive as text. */

const nameOf = (member: string, length: number) =>
  v.pipe(
    text(1, length),
    v.regex(
      /^[\w+=,.@-]*$/,
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    ),
  );

export const roleName = nameOf('roleName', 64);
export const policyName = nameOf('policyName', 128);
export const userName = nameOf('userName', 64);

export const path = v.pipe(
  text(1, 512),
  v.regex(
    /^\/(?:[!-~]*\/)?$/,
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  ),
);

export const pathPrefix = v.pipe(
  text(1, 512),
  v.regex(
    /^\/[!-~]*$/,
    'The specified value for pathPrefix is invalid. It must begin with / and contain only alphanumeric characters and/or / characters.',
  ),
);

export const description = v.pipe(
  v.string(),
  atMostLength(1000),
  fitting(String.raw`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`),
);

export const document = text(1, 131_072);
export const policyArn = text(20, 2048);
export const versionId = fittingText(String.raw`v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`);

export const maxSessionDuration = v.pipe(integer(), atLeast(3600), atMost(43_200));
const maxItems = v.pipe(integer(), atLeast(1), atMost(1000));
const marker = v.pipe(v.string(), atLeastLength(1));

/** Where a page begins and how long it may be. */
export const page = { Marker: v.exactOptional(marker), MaxItems: v.exactOptional(maxItems, '100') };

const tagKey = v.pipe(text(1, 128), fitting(String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]+`));
const tagValue = v.pipe(v.string(), atMostLength(256), fitting(String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`));

export const tags = list(v.object({ Key: tagKey, Value: tagValue }));

/** Of a bare key in a list IAM names the list, and every constraint that the key has (recorded answers of UntagRole). */
export const tagKeys = v.pipe(
  list(v.string()),
  v.check(
    (keys) => v.is(v.array(tagKey), keys),
    String.raw`Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]`,
  ),
);

export const boolean = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((word) => word === 'true'),
);

/** At most fifty; a list without items arrives as an empty text. */
function list<S extends v.GenericSchema>(item: S) {
  return v.pipe(
    v.unknown(),
    v.transform((input) => (input === '' ? [] : input)),
    v.array(item),
    v.maxLength(50, 'Member must have length less than or equal to 50'),
  );
}

function integer() {
  return v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number));
}

function fittingText(source: string) {
  return v.pipe(v.string(), fitting(source));
}
