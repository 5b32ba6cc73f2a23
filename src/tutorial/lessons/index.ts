/** What the tutorial teaches, step by step, in its order. */
import type { Lesson } from '../lesson.js';
import { role } from './01-role.js';
import { lambdaFunction } from './02-function.js';
import { table } from './03-table.js';
import { api } from './04-api.js';
import { resource } from './05-resource.js';
import { method } from './06-method.js';
import { permission } from './07-permission.js';
import { deployment } from './08-deployment.js';
import { key } from './09-key.js';
import { usagePlan } from './10-usage-plan.js';
import { redeploy } from './11-redeploy.js';
import { teardown } from './12-teardown.js';

export const LESSONS: readonly Lesson[] = [
  role,
  lambdaFunction,
  table,
  api,
  resource,
  method,
  permission,
  deployment,
  key,
  usagePlan,
  redeploy,
  teardown,
];
