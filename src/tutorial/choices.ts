import type { Lab, PolicyChoice } from './lab.js';

/** Tags of the function that tell a later run, without flags, what was chosen when the lab was made. */
export const CHOICE_TAGS = {
  policy: 'lab-setup:policy',
  role: 'lab-setup:role',
  /** `<hex sha256 of the bundled handler>:<CodeSha256 of its zip>` */
  bundle: 'lab-setup:bundle',
} as const;

/** The tags of the function; undefined where there is none. */
export type FunctionTags = Readonly<Record<string, string>> | undefined;

/** The role's policy: as asked for now, else as the function's tags remember, else the least. */
export function chosenPolicy(lab: Lab, tags: FunctionTags): PolicyChoice {
  return lab.options.policy ?? (tags?.[CHOICE_TAGS.policy] === 'tutorial' ? 'tutorial' : 'least');
}

/** The existing role to use; undefined when the lab makes its own. */
export function chosenRoleArn(lab: Lab, tags: FunctionTags): string | undefined {
  const remembered = tags?.[CHOICE_TAGS.role];
  return lab.options.roleArn ?? (remembered?.startsWith('arn:') ? remembered : undefined);
}
