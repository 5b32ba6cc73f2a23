/** Step 7: the function's resource policy lets this API, and no other, invoke it. The console asks for it in a popup. */
import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { ifThere, isTaken } from '../../aws/errors.js';
import { awaitThat, retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { matchesWildcards } from '../grants.js';
import { addPermission, statementIdByHand } from '../requests.js';
import { defineStep, partFound, thingOf } from '../step.js';

export const permission = defineStep({
  number: 7,
  id: 'permission',
  title: 'Let the API invoke the function',
  console: 'Lambda > LambdaFunctionOverHttps > Configuration > Permissions > Resource-based policy',
  name: ({ lab }) => `invocation by ${lab.api.name}`,
  reads: ['function', 'api', 'resource', 'deployment'],
  needs: ['function', 'api'],
  partOf: 'function',

  inspect: async (look, seen) => {
    const [statements, env] = await Promise.all([readStatements(look), look.located]);
    const [holder, api] = await Promise.all([seen.function, seen.api]);
    if (!thingOf(holder)) return { state: 'missing' };
    const request = requestFor(env, thingOf(api)?.id);
    const sourceArn = request.SourceArn;
    const statementIds = statements.flatMap(({ Sid }) => Sid ?? []);
    const granted = statements.filter((each) => grants(each, request)).flatMap(sourcesOf);
    if (holder.state === 'by-hand') {
      // The console gives its statements names of its own; what matters is what they let through.
      const inTheWay = statements.find(({ Sid }) => Sid === statementIdByHand(thingOf(api)?.id ?? ''));
      if (granted.length === 0 && !inTheWay) return { state: 'missing' };
      const thing = { sourceArn, granted, statementIds };
      if (granted.length === 0 && inTheWay) {
        return partFound(holder, thing, compare(wanted(request), settingsOf(inTheWay)));
      }
      const found = partFound(holder, thing);
      if (!thingOf(api)) return found;
      const [resource, deployment] = await Promise.all([seen.resource, seen.deployment]);
      const stage = thingOf(deployment)?.stageName ?? env.lab.stage.name;
      // Where the path is in another case that is said of the resource; a permission for either will do.
      const paths = [env.lab.resource.path, thingOf(resource)?.path ?? env.lab.resource.path];
      const called = paths.map((path) => `${stage}/${env.lab.method.verb}${path}`);
      return { ...found, ...judged(granted, { sourceArn, called }) };
    }
    const statement = statements.find(({ Sid }) => Sid === request.StatementId);
    if (!statement) return { state: 'missing' };
    const differences = compare(wanted(request), settingsOf(statement));
    return partFound(holder, { sourceArn, granted, statementIds }, differences);
  },

  ensure: async (env, { learned, found }) => {
    const request = requestFor(env, learned.api.id);
    const sourceArn = request.SourceArn;
    const inOrder = 'thing' in found && found.differences.length === 0 && found.thing.sourceArn === sourceArn;
    const thing = { sourceArn, granted: [sourceArn], statementIds: [request.StatementId] };
    if (inOrder) return { thing, outcome: 'unchanged' };
    await addStatement(env, request);
    return { thing, outcome: 'thing' in found ? 'repaired' : 'created' };
  },
});

/** Whether what is granted lets the call of the API's endpoint through, and whether it lets through everything. */
function judged(
  granted: readonly string[],
  { sourceArn, called }: { sourceArn: string; called: readonly string[] },
): { differences?: Difference[]; tolerated?: Difference[] } {
  const api = sourceArn.slice(0, sourceArn.indexOf('/'));
  const granting = granted.filter((pattern) =>
    called.some((each) => matchesWildcards(pattern, `${api}/${each}`)),
  );
  if (granting.length === 0) {
    const [first] = granted;
    const nearest = granted.find((pattern) => pattern.startsWith(`${api}/`)) ?? first;
    return { differences: [{ setting: 'source', expected: sourceArn, actual: nearest }] };
  }
  if (!granting.every((pattern) => pattern === ANY_SOURCE)) return {};
  return { tolerated: [{ setting: 'source', expected: sourceArn, actual: undefined }] };
}

const Statement = v.object({
  Sid: v.optional(v.string()),
  Effect: v.string(),
  Principal: v.union([v.string(), v.record(v.string(), v.union([v.string(), v.array(v.string())]))]),
  Action: v.union([v.string(), v.array(v.string())]),
  Condition: v.optional(
    v.record(v.string(), v.record(v.string(), v.union([v.string(), v.array(v.string())]))),
  ),
});
type Statement = v.InferOutput<typeof Statement>;
const Policy = v.object({ Statement: v.array(Statement) });

type Request = ReturnType<typeof addPermission>;

/** The statement as the lab declares it; without an API it can be compared with what is there all the same. */
const requestFor = (env: StepEnv, restApiId = '(no API)'): Request =>
  addPermission(env.lab, env.place, { restApiId });

const wanted = ({ Principal, Action, SourceArn }: Request): Settings => ({
  effect: 'Allow',
  principal: Principal,
  action: Action,
  source: SourceArn,
});

function settingsOf(statement: Statement): Settings {
  const { Principal: principal, Action: action } = statement;
  return {
    effect: statement.Effect,
    principal: typeof principal === 'string' ? principal : scalar(principal['Service']),
    action: scalar(action),
    source: sourceOf(statement),
  };
}

function sourceOf(statement: Statement): string | undefined {
  const conditions = Object.values(statement.Condition ?? {}).flatMap((each) => Object.entries(each));
  return scalar(conditions.find(([key]) => key.toLowerCase() === 'aws:sourcearn')?.[1]);
}

/** Without a condition on the source, any API of any account may call. */
const ANY_SOURCE = '*';

const sourcesOf = (statement: Statement): string[] => sourceOf(statement)?.split(', ') ?? [ANY_SOURCE];

const scalar = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** Whether a statement lets API Gateway invoke the function, from wherever. */
function grants(statement: Statement, { Principal, Action }: Request): boolean {
  const { effect, principal, action } = settingsOf(statement);
  const actions = String(action).split(', ');
  return (
    effect === 'Allow' && principal === Principal && actions.some((each) => matchesWildcards(each, Action))
  );
}

/** The statements of the function's policy; none where there is no policy. */
async function readStatements(env: Unplaced): Promise<Statement[]> {
  const FunctionName = env.lab.function.name;
  const answer = await ifThere(env.aws.lambda.send(new GetPolicyCommand({ FunctionName })));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Policy), answer?.Policy);
  return parsed.success ? parsed.output.Statement : [];
}

async function removeStatement(env: StepEnv): Promise<void> {
  await ifThere(
    env.aws.lambda.send(
      new RemovePermissionCommand({
        FunctionName: env.lab.function.name,
        StatementId: env.lab.permission.statementId,
      }),
    ),
  );
}

/**
 * Adds the statement and waits until it is seen. One of our name that is already there may be from an API that is gone
 * (aws-facts 3.5), so it is replaced; never two changes at once, since Lambda would lose one. Another `up` may replace
 * ours in its turn: which API stays is settled by the last look of step 4, and the run that yields looks again.
 */
async function addStatement(env: StepEnv, request: Request): Promise<void> {
  const { StatementId } = request;
  await retryWhile(
    env.waiting,
    {
      budget: BUDGETS.conflict,
      waitFor: (error) => (isTaken(error) ? 'another run has changed the permission' : undefined),
    },
    async () => {
      const there = (await readStatements(env)).find(({ Sid }) => Sid === StatementId);
      if (there && compare(wanted(request), settingsOf(there)).length === 0) return;
      if (there) await removeStatement(env);
      await env.aws.lambda.send(new AddPermissionCommand(request));
    },
  );
  await awaitThat(env.waiting, { what: 'Lambda shows the permission', budget: BUDGETS.conflict }, async () =>
    (await readStatements(env)).find(({ Sid }) => Sid === StatementId),
  );
}
