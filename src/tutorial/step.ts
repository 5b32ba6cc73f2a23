import type { Method } from '@aws-sdk/client-api-gateway';
import type { Difference } from './difference.js';

export type { Difference } from './difference.js';
import type { LookEnv, StepEnv } from './env.js';
import type { Secret } from './secret.js';
import type { Tagged } from './tagged.js';
import type { PolicyChoice } from './lab.js';
import type { RolePolicies } from './role-policies.js';

/** What each step knows of its thing once it is there: the values that pass from step to step. */
export interface Things {
  role: {
    readonly arn: string;
    /** It was given with `--role-arn` and is not the lab's. */
    readonly given: boolean;
    /** A role of the lab's own exists, if only from before another was given. */
    readonly own: boolean;
    /** Which of the two policies it is to bear. */
    readonly policy: PolicyChoice;
    /** All policies that it bears by now, the lab's among them. */
    readonly policies: RolePolicies;
    /** A managed policy of the lab's that a `down` had taken off it, and was cut off before it deleted it. */
    readonly leaving?: string | undefined;
  };
  function: {
    readonly arn: string;
    readonly roleArn: string;
    /** The function's tags: `lab-setup:*` says what a later run must know. */
    readonly tags: Readonly<Record<string, string>>;
    /** Such as `nodejs24.x`; undefined for a container image. */
    readonly runtime: string | undefined;
    /** Whose the function's log group is. */
    readonly logGroup: 'missing' | 'ours' | 'by-hand';
  };
  table: {
    readonly arn: string;
    readonly adopted: boolean;
    /** Else its provisioned throughput is billed by the hour. */
    readonly onDemand: boolean;
  };
  api: Tagged & {
    /** Older servers leave it out; then it is among the resources. */
    readonly rootResourceId: string | undefined;
  };
  resource: {
    readonly id: string;
    /** `/dynamodbmanager`, or as somebody spelled it by hand. */
    readonly path: string;
    /** Methods by verb, as API Gateway describes them. */
    readonly methods: Readonly<Record<string, Method>>;
  };
  method: { readonly fingerprint: string };
  permission: {
    /** What the lab's API is called from, as the lab grants it. */
    readonly sourceArn: string;
    /** What the statements on API Gateway grant, as ARN patterns; `*` where one names no source. */
    readonly granted: readonly string[];
    /** The ids of all statements of the function's policy: no two may bear one. */
    readonly statementIds: readonly string[];
  };
  deployment: {
    readonly restApiId: string;
    /** `Prod`, or as somebody spelled it by hand. */
    readonly stageName: string;
    readonly deploymentId: string;
    /** Of the API that the stage serves; undefined where that cannot be told. */
    readonly fingerprint: string | undefined;
  };
  key: Tagged;
  'usage-plan': Tagged & {
    /** Of the lab's key, as AWS tells it with the plan's keys; undefined where it did not. */
    readonly keyValue: Secret | undefined;
  };
  redeploy: { readonly deploymentId: string };
}

export type StepId = keyof Things;

/** Something that bears the right name and is not ours. */
export interface Stranger {
  /** Such as `REST API DynamoDBOperations (a1b2c3d4e5)`. */
  readonly what: string;
  /** Its id where AWS gives it one, else its ARN: what `--adopt-id` takes. */
  readonly id: string;
  /** Whose it is, where that is known; else it was made by hand. */
  readonly owner?: string | undefined;
  /** Why it cannot be adopted, where it cannot. */
  readonly unfit?: string | undefined;
}

/** What a look at a step's thing finds. Parts that bear no tags belong to the owner of what holds them. */
export type Found<T> = Look<T> & {
  /** What else should be said of it. */
  readonly remark?: string | undefined;
  /** What is otherwise than in the tutorial, and no fault: worth a word to a learner, and never repaired. */
  readonly tolerated?: readonly Difference[];
  /** Things by hand beside it, which serve as they are and can be adopted: the function's log group, the role's managed policies. */
  readonly beside?: readonly Stranger[];
};

type Look<T> =
  | { readonly state: 'missing' }
  /** Ours, and still being made or changed by AWS. */
  | { readonly state: 'coming'; readonly thing: T; readonly differences: readonly Difference[] }
  /** Being deleted; it must be gone before it can be made anew. */
  | { readonly state: 'going' }
  /** Of this name but not tagged as ours; `thing` where there is only one. Parts of such a thing name no strangers. */
  | {
      readonly state: 'by-hand';
      readonly thing: T | undefined;
      readonly differences: readonly Difference[];
      readonly strangers: readonly Stranger[];
    }
  | { readonly state: 'ours'; readonly thing: T; readonly differences: readonly Difference[] };

export type Findings = { readonly [Id in StepId]: Found<Things[Id]> };

/** What other looks find, each as soon as it is known. */
export type Seeing<Reads extends StepId> = { readonly [Id in Reads]: Promise<Findings[Id]> };

/** What `ensure` did. */
export interface Ensured<T> {
  readonly thing: T;
  readonly outcome: 'created' | 'repaired' | 'unchanged';
  /** A few words for the step's line, such as why nothing was done. */
  readonly remark?: string;
}

/** What `ensure` will do. */
export type Foreseen = Pick<Ensured<unknown>, 'outcome' | 'remark'>;

/** What `adopt` did. */
export interface Adopted {
  /** What was adopted, and where a copy is kept: `adopted; its code is kept in …`. */
  readonly remark: string;
}

/** What `remove` did. */
export interface Removed {
  readonly outcome: 'removed' | 'kept';
  /** Why it was kept. */
  readonly remark?: string;
  /** What stands beside it and stays, because it is not the lab's: managed policies. */
  readonly left?: readonly Stranger[];
}

/** What `sweep` did with what outlives the thing. */
export interface Swept {
  readonly outcome: 'removed' | 'kept' | 'absent';
  readonly remark?: string;
}

/**
 * One numbered step of the tutorial. Its promises:
 * - `inspect` changes nothing. All looks begin at once: what one asks by name or by list goes out in the first round, what
 *   it asks under an id in the second, as soon as the look under `reads` that it waits for has found it.
 * - `ensure` creates what is missing and puts differences right, reads nothing that `inspect` found, and does not fail
 *   when somebody else made the same in the meantime. It is called when the step's needs are met, if the thing is not
 *   in order or something that it needs was made or repaired in this walk.
 * - `remove` does not fail when the thing is gone.
 * Verbs may wait (`env.waiting`), never print; retries for quotas and conflicts belong to the clients.
 */
export interface Step<Id extends StepId, Reads extends StepId, Needs extends StepId> {
  readonly number: number;
  readonly id: Id;
  /** Such as "Create the execution role". */
  readonly title: string;
  /** Where the tutorial does it in the console. */
  readonly console: string;
  /** The thing's name in this lab, such as `lambda-apigateway-role`. */
  name(env: Pick<StepEnv, 'lab'>): string;
  /** Whose findings `inspect` uses. */
  readonly reads: readonly Reads[];
  /** What must be there before `ensure`. */
  readonly needs: readonly Needs[];
  inspect(look: LookEnv, seen: Seeing<Reads>): Promise<Found<Things[Id]>>;
  /**
   * What `ensure` will say once all that the step needs is as the lab declares it, for `--dry-run`. Only where that does
   * not follow from what `inspect` finds: else what is missing will be created, and what differs repaired.
   */
  foresee?(env: StepEnv, seen: Pick<Findings, Reads>): Foreseen;
  ensure(
    env: StepEnv,
    given: {
      /** What the needs are by now. */
      readonly learned: Pick<Things, Needs>;
      readonly found: Exclude<Findings[Id], { state: 'by-hand' }>;
      /** What `inspect` was told by the others. */
      readonly seen: Pick<Findings, Reads>;
    },
  ): Promise<Ensured<Things[Id]>>;
  /**
   * Makes a thing by hand the lab's by tagging it, and changes nothing else of it; it keeps a copy of what `ensure` may
   * then replace. Afterwards `inspect` finds it ours, with what differs.
   */
  adopt?(env: StepEnv, stranger: Stranger): Promise<Adopted>;
  /**
   * For things whose names AWS does not keep unique, once `ensure` has made one: whether all runs of the lab go on with it.
   * If they go on with another's, removes its own and answers false: then `up` looks at everything again. The thing's parts
   * (`partOf`) are made meanwhile, whatever else needs it waits.
   */
  agree?(env: StepEnv, made: { readonly thing: Things[Id]; readonly mine: boolean }): Promise<boolean>;
  /** What is still to be done with a thing that was made, and what nobody needs to wait for. */
  finish?(env: StepEnv, thing: Things[Id]): Promise<void>;
  /**
   * For things whose names AWS does not keep unique, once all is made: whether the one that this run made is still the
   * one to use. If another run's is, removes its own and answers false: then `up` looks at everything again.
   */
  lastLook?(env: StepEnv, thing: Things[Id]): Promise<boolean>;
  /** Why `down` leaves a thing that the lab uses, if it does: `made by hand` is told by its look, this is of the others. */
  keeps?(
    env: StepEnv,
    given: {
      readonly thing: Things[Id];
      readonly seen: Pick<Findings, Reads>;
      /** Whether data that was there before it was adopted goes too. */
      readonly includeAdopted: boolean;
    },
  ): string | undefined;
  /** Absent where the thing is part of another and goes with it (`partOf`). `thing` is undefined while AWS deletes it. */
  remove?(
    env: StepEnv,
    given: { readonly thing: Things[Id] | undefined; readonly seen: Pick<Findings, Reads> },
  ): Promise<Removed>;
  readonly partOf?: StepId;
  /** What outlives the thing, such as `log group /aws/lambda/LambdaFunctionOverHttps`; with `sweep`. */
  leaves?(look: LookEnv): string;
  /** Removes what outlives the thing, after everything else has gone; `thing` is what was found before, if it was ours. */
  sweep?(env: StepEnv, thing: Things[Id] | undefined): Promise<Swept>;
}

/** A step with its types erased: what the engine walks. Each `Step` is one. `Look` is what its looks are given. */
export interface AnyStep<Env, Look = Env> {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly console: string;
  name(env: Look): string;
  readonly reads: readonly string[];
  readonly needs: readonly string[];
  readonly partOf?: string;
  inspect(look: Look, seen: Readonly<Record<string, Promise<Found<unknown>>>>): Promise<Found<unknown>>;
  foresee?(env: Env, seen: Readonly<Record<string, Found<unknown>>>): Foreseen;
  ensure(
    env: Env,
    given: {
      readonly learned: Readonly<Record<string, unknown>>;
      readonly found: Exclude<Found<unknown>, { state: 'by-hand' }>;
      readonly seen: Readonly<Record<string, Found<unknown>>>;
    },
  ): Promise<Ensured<unknown>>;
  adopt?(env: Env, stranger: Stranger): Promise<Adopted>;
  agree?(env: Env, made: { readonly thing: unknown; readonly mine: boolean }): Promise<boolean>;
  finish?(env: Env, thing: unknown): Promise<void>;
  lastLook?(env: Env, thing: unknown): Promise<boolean>;
  keeps?(
    env: Env,
    given: {
      readonly thing: unknown;
      readonly seen: Readonly<Record<string, Found<unknown>>>;
      readonly includeAdopted: boolean;
    },
  ): string | undefined;
  remove?(
    env: Env,
    given: { readonly thing: unknown; readonly seen: Readonly<Record<string, Found<unknown>>> },
  ): Promise<Removed>;
  leaves?(look: Look): string;
  sweep?(env: Env, thing: unknown): Promise<Swept>;
}

/** Keeps the types of `reads` and `needs`: a step that uses what it did not declare does not compile. */
export function defineStep<
  Id extends StepId,
  const Reads extends StepId = never,
  const Needs extends StepId = never,
>(step: Step<Id, Reads, Needs>): Step<Id, Reads, Needs> {
  return step;
}

/** The thing that was found, whoever made it; undefined when there is none or it is not one. */
export function thingOf<T>(found: Found<T>): T | undefined {
  return found.state === 'missing' || found.state === 'going' ? undefined : found.thing;
}

/** What a part of `holder` is found to be: by hand where its holder is. */
export function partFound<T>(
  holder: Found<unknown>,
  thing: T,
  differences: readonly Difference[] = [],
  remark?: string,
): Found<T> {
  return holder.state === 'by-hand'
    ? { state: 'by-hand', thing, differences, strangers: [], remark }
    : { state: 'ours', thing, differences };
}
