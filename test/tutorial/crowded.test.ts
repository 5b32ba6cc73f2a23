/** An account full of other things: the lab's are found on whatever page they are, and nothing else costs more. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiKeyCommand,
  paginateGetApiKeys,
  paginateGetRestApis,
  UpdateRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { crowdState } from '../_helpers/crowd.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const CROWD = { apis: 1_200, keys: 1_500, plans: 300, functions: 400, tables: 200 };
const NAMES = ['first', 'second', 'third'] as const;
const PAGE = 500;

let aws: TestAws;
/** The reads of a lab in order in an account of three labs: each call, and how often. */
let alone: Record<string, number>;

beforeAll(async () => {
  aws = await startTestAws();
  for (const name of NAMES) await (await openLab(aws, name)).up();
  alone = await readsOf(await openLab(aws, 'first'));
  aws.release();
  await aws.restart(() => crowdState(aws.folder, CROWD));
}, 60_000);
afterAll(() => aws.stop());

/** The calls of a `status`: each, and how often. */
async function readsOf(lab: TestLab): Promise<Record<string, number>> {
  const before = lab.calls.length;
  await lab.status();
  const counts: Record<string, number> = {};
  for (const call of lab.calls.slice(before)) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}

/** The page, from 1, on which each lab's thing is. */
async function pagesOf(pages: AsyncIterable<{ items?: { name?: string | undefined }[] | undefined }>) {
  const found: number[] = [];
  let page = 0;
  for await (const { items = [] } of pages) {
    page += 1;
    found.push(...items.filter(({ name }) => !name?.startsWith('neighbour')).map(() => page));
  }
  return found;
}

test('the account is as full as it should be, and its labs are on different pages', async () => {
  const { aws: clients } = await openLab(aws, 'counter');

  const apis = await pagesOf(paginateGetRestApis({ client: clients.apiGateway, pageSize: PAGE }, {}));
  const keys = await pagesOf(paginateGetApiKeys({ client: clients.apiGateway, pageSize: PAGE }, {}));
  let functions = 0;
  for await (const { Functions = [] } of paginateListFunctions({ client: clients.lambda }, {}))
    functions += Functions.length;

  expect({ apis, keys, functions }).toEqual({
    apis: [1, 2, 3],
    keys: [1, 2, 4],
    functions: CROWD.functions + NAMES.length,
  });
});

describe.each(NAMES)('the lab %s in a crowded account', (name) => {
  test('is found whole by the same calls, and one more for each further page', async () => {
    const lab = await openLab(aws, name);

    const reads = await readsOf(lab);
    const up = await lab.up();

    expect(outcomes(up)).toEqual(allSteps('unchanged'));
    expect(reads).toEqual({ ...alone, 'apigateway:GetRestApis': 3, 'apigateway:GetApiKeys': 4 });
  });
});

test('two more things of each of its names, by hand, are let be; without its own they are named, on whatever page', async () => {
  const lab = await openLab(aws, 'second');
  const { apiGateway } = lab.aws;
  const rename = { patchOperations: [{ op: 'replace' as const, path: '/name', value: lab.lab.api.name }] };
  const ids = ['n000000000', 'n000001199'];
  for (const restApiId of ids) await apiGateway.send(new UpdateRestApiCommand({ restApiId, ...rename }));
  for (const name of [lab.lab.key.name, lab.lab.key.name])
    ids.push((await apiGateway.send(new CreateApiKeyCommand({ name }))).id ?? '');
  const before = lab.writes().length;

  const up = await lab.up();
  const written = lab.writes().slice(before);
  const down = await lab.down();
  const refused = await lab.up();

  expect([outcomes(up), written]).toEqual([allSteps('unchanged'), []]);
  expect(down).toMatchObject({ kind: 'down', clean: true });
  const named = refused.kind === 'refused' ? refused.strangers.map(({ id }) => id) : [];
  expect(named.sort()).toEqual(ids.sort());
});
