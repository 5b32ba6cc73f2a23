import type { StatusReport } from '../engine/status.js';
import type { Context } from './context.js';
import { labFlag } from './lab-flag.js';
import { thingIn } from './walk.js';

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

/** What is left of a lab by hand whose table, function and API are gone; nothing while one of them stands, or a thing of ours. */
export function leftoversOf(context: Place, report: StatusReport): Leftover[] {
  const isGone = (id: string): boolean =>
    report.steps.some((step) => step.id === id && step.outcome === 'missing');
  const isOurs = report.steps.some(({ outcome }) => outcome === 'in-order' || outcome === 'drifted');
  if (isOurs || !CLEANED_UP.every(isGone)) return [];
  return [...report.strangers].flatMap(([step, strangers]) =>
    strangers
      .filter(({ owner }) => owner === undefined)
      .map(({ what, id }) => ({ what, ...removalOf(context, report, { step, id }) })),
  );
}

function removalOf(
  { lab, target, place }: Place,
  report: StatusReport,
  { step, id }: { step: string; id: string },
): Omit<Leftover, 'what'> {
  const region = target.kind === 'local' ? '' : ` --region ${place.region}`;
  switch (step) {
    case 'role': {
      const { inline = [], attached = [] } = thingIn(report.things, 'role')?.policies ?? {};
      const role = `--role-name ${lab.role.name}`;
      return {
        console: 'IAM > Roles: select it, Delete',
        commands: [
          ...inline.map((name) => `aws iam delete-role-policy ${role} --policy-name ${name}`),
          ...attached.map((arn) => `aws iam detach-role-policy ${role} --policy-arn ${arn}`),
          `aws iam delete-role ${role}`,
          ...attached
            .filter((arn) => !arn.includes(':iam::aws:'))
            .map((arn) => `aws iam delete-policy --policy-arn ${arn}`),
        ],
      };
    }
    case 'function':
      return {
        console: 'CloudWatch > Log groups: select it, Actions > Delete',
        commands: [`aws logs delete-log-group --log-group-name ${lab.function.logGroup}${region}`],
      };
    case 'key':
      return {
        console: 'API Gateway > API keys: select it, Delete',
        commands: [`aws apigateway delete-api-key --api-key ${id}${region}`],
      };
    default:
      return {
        console: 'API Gateway > Usage plans: select it, Delete',
        commands: [`aws apigateway delete-usage-plan --usage-plan-id ${id}${region}`],
      };
  }
}

/** The lines that `status` prints of them. */
export function leftoverLines({ lab, target }: Place, leftovers: readonly Leftover[]): string[] {
  const flag = labFlag(lab.name);
  return [
    'The table, the function and the API are gone, as after the tutorial’s own cleanup. These are left over from it:',
    ...leftovers.flatMap(({ what, console, commands }) => [
      `  ${what}`,
      `      in the console: ${console}`,
      ...commands.map((command) => `      ${command}`),
    ]),
    ...(target.kind === 'local' ? [`First, for these lines: eval "$(lab-setup env${flag})"`] : []),
    `They were made by hand, so lab-setup down keeps them. Or build the lab anew with them, and take all down together: lab-setup up --adopt${flag}, then lab-setup down${flag}`,
  ];
}
