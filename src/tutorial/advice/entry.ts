import type { Place } from '../../aws/target.js';
import type { Call, Service } from '../call.js';
import type { Difference } from '../difference.js';
import { servesMethod } from '../fingerprint.js';
import type { Lab } from '../lab.js';
import type { StepId, Things } from '../step.js';
import type { Stop } from './way.js';

/** What was read of the lab, from which words and commands are made. */
export interface Facts {
  readonly lab: Lab;
  readonly place: Place;
  readonly things: { readonly [Id in StepId]?: Things[Id] | undefined };
}

/** What a deviation means to a learner, and how it is put right. */
export interface Entry {
  readonly step: StepId;
  /** Which settings; a missing thing has none. */
  readonly setting: RegExp | 'missing';
  /** Where on its way it can stop a request; without it requests pass all the same. */
  stops?(difference: Difference): readonly Stop[];
  /** What it does to the lab, in a learner's words. */
  why(facts: Facts, difference: Difference): string;
  /** Where in the console it is put right. */
  console(facts: Facts, difference: Difference): string;
  /** Commands of lab-setup that the calls need typed before them: a file that they read. */
  readonly before?: readonly string[];
  /** The same as AWS calls; none where no call does it. */
  calls?(facts: Facts, difference: Difference): readonly Call[];
}

export const call = (service: Service, operation: string, input: Call['input']): Call => ({
  service,
  operation,
  input,
});

/** One change, as API Gateway's updates take it. */
export const patch = (path: string, value: string, op: 'add' | 'replace' = 'replace') => ({
  patchOperations: [{ op, path, value }],
});

/** The id of what was not found is a variable, as in the lessons. */
export const idOf = ({ things }: Facts, step: 'api' | 'resource' | 'key' | 'usage-plan'): string =>
  things[step]?.id ?? UNKNOWN[step];

const UNKNOWN = { api: '$API_ID', resource: '$RESOURCE_ID', key: '$KEY_ID', 'usage-plan': '$PLAN_ID' };

/** The stage as it is called. */
export const stageOf = ({ lab, things }: Facts): string => things.deployment?.stageName ?? lab.stage.name;

/** Whether the stage serves a method from before: what is gone from the API is live until the next deployment. */
export const isMethodServed = ({ things }: Facts): boolean => servesMethod(things.deployment?.fingerprint);

/** Makes a change of the API live. */
export const deploy = (facts: Facts, stageName = stageOf(facts)): Call =>
  call('apigateway', 'CreateDeployment', { restApiId: idOf(facts, 'api'), stageName });

export const resourcesConsole = ({ lab }: Facts): string =>
  `API Gateway > APIs > ${lab.api.name} > Resources`;

export const postConsole = (facts: Facts): string =>
  `${resourcesConsole(facts)} > ${facts.things.resource?.path ?? facts.lab.resource.path} > ${facts.lab.method.verb}`;
