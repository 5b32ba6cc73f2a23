/** What goes wrong with the stage, the key and the usage plan. */
import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import type { Call } from '../call.js';
import { createUsagePlanKey } from '../requests.js';
import { call, deploy, idOf, patch, stageOf, type Entry, type Facts } from './entry.js';

const updatePlan = (facts: Facts, change: { readonly patchOperations: readonly PatchOperation[] }): Call =>
  call('apigateway', 'UpdateUsagePlan', { usagePlanId: idOf(facts, 'usage-plan'), ...change });

const putOnStage = (facts: Facts, stage = stageOf(facts)): Call =>
  updatePlan(facts, patch('/apiStages', `${idOf(facts, 'api')}:${stage}`, 'add'));

const attachKey = (facts: Facts): Call =>
  call(
    'apigateway',
    'CreateUsagePlanKey',
    createUsagePlanKey({ usagePlanId: idOf(facts, 'usage-plan'), keyId: idOf(facts, 'key') }),
  );

const planConsole = ({ lab }: Facts): string => `API Gateway > Usage plans > ${lab.usagePlan.name}`;
const REFUSED = 'so requests with the key are answered 403 Forbidden';

export const STAGE_ENTRIES: readonly Entry[] = [
  {
    step: 'deployment',
    setting: /^name$/,
    why: ({ lab }, { actual }) =>
      `It works; but stage names are told apart by case, so the URL has /${String(actual)}/ in it, and with /${lab.stage.name}/ it answers 403 Forbidden.`,
    console: ({ lab }, { actual }) =>
      `API Gateway > APIs > ${lab.api.name} > Deploy API > New stage: ${lab.stage.name}; put the usage plan on it, then delete the stage ${String(actual)}`,
    calls: (facts) => [deploy(facts, facts.lab.stage.name), putOnStage(facts, facts.lab.stage.name)],
  },
  {
    step: 'deployment',
    setting: 'missing',
    stops: () => ['stage'],
    why: ({ lab }) => `Nothing of the API answers before it is deployed to the stage ${lab.stage.name}.`,
    console: ({ lab }) => `API Gateway > APIs > ${lab.api.name} > Deploy API > New stage: ${lab.stage.name}`,
    calls: (facts) => [deploy(facts)],
  },
  {
    step: 'key',
    setting: /^enabled$/,
    stops: () => ['key'],
    why: () => `The key is switched off, ${REFUSED}.`,
    console: ({ lab }) => `API Gateway > API keys > ${lab.key.name} > Edit > Active`,
    calls: (facts) => [
      call('apigateway', 'UpdateApiKey', { apiKey: idOf(facts, 'key'), ...patch('/enabled', 'true') }),
    ],
  },
  {
    step: 'key',
    setting: /s of this (name|lab)$/,
    why: () => 'API Gateway lets several keys bear one name, so nobody can tell which of them is the lab’s.',
    console: ({ lab }) => `API Gateway > API keys: delete those called ${lab.key.name} that are not meant`,
  },
  {
    step: 'key',
    setting: /^name$/,
    why: () => 'It bears another name than the tutorial’s.',
    console: ({ lab }) => `API Gateway > API keys > the key > Edit > Name: ${lab.key.name}`,
  },
  {
    step: 'key',
    setting: 'missing',
    stops: () => ['key'],
    why: () => `There is no key to send in x-api-key, ${REFUSED.replace(' with the key', '')}.`,
    console: ({ lab }) => `API Gateway > API keys > Create API key: ${lab.key.name}, Auto generate`,
    // It is put on the plan by what is said of the plan.
    calls: ({ lab }) => [
      {
        ...call('apigateway', 'CreateApiKey', { name: lab.key.name, enabled: true }),
        capture: { variable: 'KEY_ID', query: 'id' },
      },
    ],
  },
  {
    step: 'usage-plan',
    setting: /^stage$/,
    stops: () => ['key'],
    why: (facts) => `The plan is not on the stage ${stageOf(facts)}, ${REFUSED}.`,
    console: (facts) => `${planConsole(facts)} > Add API stage: ${facts.lab.api.name}, ${stageOf(facts)}`,
    calls: (facts) => [putOnStage(facts)],
  },
  {
    step: 'usage-plan',
    setting: /^key$/,
    stops: () => ['key'],
    why: () => `The key is in no plan of this stage, ${REFUSED}.`,
    console: ({ lab }) =>
      `API Gateway > API keys > ${lab.key.name} > Add to usage plan: ${lab.usagePlan.name}`,
    calls: (facts) => [attachKey(facts)],
  },
  {
    step: 'usage-plan',
    setting: /^(rate|burst)$/,
    stops: () => ['rate'],
    why: () =>
      'Above its rate and burst the plan answers 429 Too Many Requests; the tutorial’s is 100 a second, 20 at once.',
    console: ({ lab }) =>
      `API Gateway > Usage plans > ${lab.usagePlan.name} > Edit > Throttling: rate 100, burst 20`,
    calls: (facts) => [
      // Both in one call: AWS allows one change of a plan in 20 s (aws-facts 6.1).
      call('apigateway', 'UpdateUsagePlan', {
        usagePlanId: idOf(facts, 'usage-plan'),
        patchOperations: [
          { op: 'replace', path: '/throttle/rateLimit', value: String(facts.lab.usagePlan.rateLimit) },
          { op: 'replace', path: '/throttle/burstLimit', value: String(facts.lab.usagePlan.burstLimit) },
        ],
      }),
    ],
  },
  {
    step: 'usage-plan',
    setting: /^quota$/,
    stops: () => ['quota'],
    why: () =>
      'Once that many requests have come, the plan answers all others 429 Limit Exceeded until its day, week or month is over; the tutorial’s plan has no quota.',
    console: ({ lab }) => `API Gateway > Usage plans > ${lab.usagePlan.name} > Edit > Quota: off`,
    calls: (facts) => [updatePlan(facts, { patchOperations: [{ op: 'remove', path: '/quota' }] })],
  },
  {
    step: 'usage-plan',
    setting: /s of this (name|lab)$/,
    why: () =>
      'API Gateway lets several usage plans bear one name, so nobody can tell which of them is the lab’s.',
    console: ({ lab }) =>
      `API Gateway > Usage plans: delete those called ${lab.usagePlan.name} that are not meant`,
  },
  {
    step: 'usage-plan',
    setting: /^name$/,
    why: () => 'It bears another name than the tutorial’s.',
    console: ({ lab }) => `API Gateway > Usage plans > the plan > Edit > Name: ${lab.usagePlan.name}`,
  },
  {
    step: 'usage-plan',
    setting: 'missing',
    stops: () => ['key'],
    why: () =>
      `A key opens a stage only by way of a usage plan: without one, requests with the key are answered 403 Forbidden.`,
    console: ({ lab }) =>
      `API Gateway > Usage plans > Create usage plan: ${lab.usagePlan.name}, rate 100, burst 20; then Add API stage, and Add API key`,
    calls: (facts) => {
      const { name, rateLimit, burstLimit } = facts.lab.usagePlan;
      const apiStages = [{ apiId: idOf(facts, 'api'), stage: stageOf(facts) }];
      return [
        {
          ...call('apigateway', 'CreateUsagePlan', { name, throttle: { rateLimit, burstLimit }, apiStages }),
          capture: { variable: 'PLAN_ID', query: 'id' },
        },
        attachKey(facts),
      ];
    },
  },
  {
    step: 'redeploy',
    setting: /^serves$/,
    stops: () => ['deployed'],
    why: (facts) =>
      `What was changed since is not live: the stage ${stageOf(facts)} serves the API as it was when it was last deployed.`,
    console: (facts) => `API Gateway > APIs > ${facts.lab.api.name} > Deploy API > ${stageOf(facts)}`,
    calls: (facts) => [deploy(facts)],
  },
];
