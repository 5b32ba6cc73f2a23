import type { Place } from '../../aws/target.js';
import type { Difference } from '../difference.js';
import type { Lab } from '../lab.js';
import type { StepId, Things } from '../step.js';

/** What was read of the lab, from which words and commands are made. */
export interface Facts {
  readonly lab: Lab;
  readonly place: Place;
  readonly things: { readonly [Id in StepId]?: Things[Id] | undefined };
  /** Flags that every line for the aws CLI must bear, such as `--region eu-west-1`; empty where the environment has them. */
  readonly awsFlags: string;
}

/** What a deviation means to a learner, and how it is put right. */
export interface Entry {
  readonly step: StepId;
  /** Which settings; a missing thing has none. */
  readonly setting: RegExp | 'missing';
  /** What it does to the lab, in a learner's words. */
  why(facts: Facts, difference: Difference): string;
  /** Where in the console it is put right. */
  console(facts: Facts, difference: Difference): string;
  /** The same as lines for the aws CLI, without `aws`; none where no line of it does. */
  commands?(facts: Facts, difference: Difference): readonly string[];
}

/** A word of a shell line, in single quotes where it needs them. */
export const quoted = (word: string): string =>
  /^[\w./:=,@~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** One change, as API Gateway's updates take it on the command line. */
export const patch = (path: string, value: string, op: 'add' | 'replace' = 'replace'): string =>
  `--patch-operations ${quoted(`op=${op},path=${path},value=${value}`)}`;

/** `--rest-api-id a1b2c3d4e5`. Ids of what was not found are left to the reader. */
export const apiFlag = ({ things }: Facts): string => `--rest-api-id ${things.api?.id ?? 'API_ID'}`;

/** The line after which a change of the API is live. */
export const deployLine = (facts: Facts): string =>
  `apigateway create-deployment ${apiFlag(facts)} --stage-name ${facts.things.deployment?.stageName ?? facts.lab.stage.name}`;

export const resourcesConsole = ({ lab }: Facts): string =>
  `API Gateway > APIs > ${lab.api.name} > Resources`;

export const postConsole = (facts: Facts): string =>
  `${resourcesConsole(facts)} > ${facts.things.resource?.path ?? facts.lab.resource.path} > ${facts.lab.method.verb}`;
