import { canBeAdopted } from '../engine/adopt.js';
import type { StatusReport } from '../engine/status.js';
import type { Call } from '../tutorial/call.js';
import { isPolicyArn } from '../tutorial/managed-policies.js';
import type { RolePolicies } from '../tutorial/role-policies.js';
import type { Stranger } from '../tutorial/step.js';
import type { Context } from './context.js';
import { awsCommand } from './render/aws-line.js';
import { environmentFor } from './teaching.js';
import { thingIn } from './thing-in.js';

/** What the tutorial's own cleanup leaves behind, and how one removes it. */
export interface Leftover {
  /** Such as `API key Lambda-key (a1b2c3d4e5)`. */
  readonly what: string;
  readonly console: string;
  /** Lines for the aws CLI. */
  readonly commands: readonly string[];
}

type Place = Pick<Context, 'lab' | 'target' | 'place'>;

/** The steps whose things the tutorial's cleanup deletes. */
const CLEANED_UP = ['function', 'table', 'api'];

/** Whether the table, the function and the API are gone. */
export const isCleanedUp = ({ steps }: Pick<StatusReport, 'steps'>): boolean =>
  CLEANED_UP.every((id) => steps.some((step) => step.id === id && step.outcome === 'missing'));

/** What is left of a lab by hand whose table, function and API are gone; nothing while one of them stands, or a thing of ours. */
export function leftoversOf(context: Place, report: StatusReport): Leftover[] {
  const isOurs = report.steps.some(({ outcome }) => outcome === 'in-order' || outcome === 'drifted');
  if (isOurs || !isCleanedUp(report)) return [];
  return [...report.strangers].flatMap(([step, strangers]) =>
    strangers
      .filter(canBeAdopted)
      .map(({ what, id }) => ({ what, ...removalOf(context, report, { step, id }) })),
  );
}

function removalOf(
  where: Place,
  report: StatusReport,
  { step, id }: { step: string; id: string },
): Omit<Leftover, 'what'> {
  const { console, calls } = deletionOf(where, report, { step, id });
  return { console, commands: calls.map((call) => awsCommand(call, where)) };
}

function deletionOf(
  { lab }: Place,
  report: StatusReport,
  { step, id }: { step: string; id: string },
): { readonly console: string; readonly calls: readonly Call[] } {
  switch (step) {
    case 'role':
      if (isPolicyArn(id)) return { console: POLICY_CONSOLE, calls: [policyDeletion(id)] };
      return {
        console: 'IAM > Roles: select it, Delete',
        calls: roleDeletion(lab.role.name, thingIn(report.things, 'role')?.policies),
      };
    case 'function':
      return {
        console: 'CloudWatch > Log groups: select it, Actions > Delete',
        calls: [
          { service: 'logs', operation: 'DeleteLogGroup', input: { logGroupName: lab.function.logGroup } },
        ],
      };
    case 'key':
      return {
        console: 'API Gateway > API keys: select it, Delete',
        calls: [{ service: 'apigateway', operation: 'DeleteApiKey', input: { apiKey: id } }],
      };
    default:
      return {
        console: 'API Gateway > Usage plans: select it, Delete',
        calls: [{ service: 'apigateway', operation: 'DeleteUsagePlan', input: { usagePlanId: id } }],
      };
  }
}

const POLICY_CONSOLE = 'IAM > Policies: select it, Delete';

const policyDeletion = (PolicyArn: string): Call => ({
  service: 'iam',
  operation: 'DeletePolicy',
  input: { PolicyArn },
});

/** What `down` left standing beside what it removed, and how it goes; nobody is told to delete what others need. */
export function leftLines(context: Context, left: readonly Stranger[]): string[] {
  const { prose } = context.edge.screen.out;
  const removals = (each: Stranger): string[] =>
    canBeAdopted(each) ? [awsCommand(policyDeletion(each.id), context)] : [];
  return [
    ...left.flatMap((each) => [
      prose(`    kept: ${each.what}, ${each.owner ?? each.unfit ?? 'made by hand; to remove it:'}`, {
        hang: 10,
      }),
      ...removals(each).map((line) => `          ${line}`),
    ]),
    ...environmentFor(context, left.flatMap(removals)).map((line) =>
      prose(`    First, for these lines: \`${line}\``),
    ),
  ];
}

/** A role goes after its policies are off it; the managed ones are leftovers of their own. */
function roleDeletion(RoleName: string, policies: RolePolicies | undefined): Call[] {
  const { inline, attached } = policies ?? { inline: [], attached: [] };
  const iam = (operation: string, input: Call['input']): Call => ({ service: 'iam', operation, input });
  return [
    ...inline.map((PolicyName) => iam('DeleteRolePolicy', { RoleName, PolicyName })),
    ...attached.map((PolicyArn) => iam('DetachRolePolicy', { RoleName, PolicyArn })),
    iam('DeleteRole', { RoleName }),
  ];
}

/** The lines that `status` prints of them. */
export function leftoverLines(context: Context, leftovers: readonly Leftover[]): string[] {
  const { prose } = context.edge.screen.out;
  const lines = leftovers.flatMap(({ commands }) => commands);
  return [
    prose(
      'The table, the function and the API are gone, as after the tutorial’s own cleanup. These are left over from it:',
    ),
    ...leftovers.flatMap(({ what, console, commands }) => [
      `  ${what}`,
      `      in the console: ${console}`,
      ...commands.map((command) => `      ${command}`),
    ]),
    ...environmentFor(context, lines).map((line) => prose(`First, for these lines: \`${line}\``)),
    prose(
      'They were made by hand, so `lab-setup down` keeps them. Or build the lab anew with them, and take all down together: `lab-setup up --adopt`, then `lab-setup down`.',
    ),
  ];
}
