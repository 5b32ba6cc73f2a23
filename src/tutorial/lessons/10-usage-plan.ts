/** Step 10, told. */
import type { Lesson } from '../lesson.js';
import { createUsagePlan, createUsagePlanKey } from '../requests.js';

export const usagePlan: Lesson = {
  id: 'usage-plan',
  what: 'A usage plan: at most 100 requests a second in the long run and 20 at once, on the stage Prod, for the keys that are in it. Then the key is put into it.',
  why: 'The plan joins key and stage: a key that is in no plan of the stage is refused with 403. And it keeps one caller from using up what is there for all; who is too fast gets 429.',
  clicks: [
    'API Gateway > Usage Plans > Create',
    'Name: Lambda-dynamoDB-usageplan; Throttling on, rate 100, burst 20',
    'Associate the API DynamoDBOperations and the stage Prod: Add to usage plan',
    'API Keys > Lambda-key > Add to Usage Plan: Lambda-dynamoDB-usageplan, Save',
  ],
  today: [
    'Usage plans > Create usage plan; the name, rate and burst are asked for there.',
    'Then in the plan: Associated stages > Add stage, and Associated API keys > Add API key.',
  ],
  notes: [
    'The rate is how fast a bucket is filled again, the burst how much is in it: so 20 quick requests pass, and after that 100 a second.',
    'The tutorial spells the plan Lambda-dynamodb-usageplan the second time; it means the same one.',
  ],
  calls: ({ lab, ids }) => [
    {
      service: 'apigateway',
      operation: 'CreateUsagePlan',
      input: createUsagePlan(lab, { apiId: ids.API_ID, stage: lab.stage.name }),
      capture: { variable: 'PLAN_ID', query: 'id' },
    },
    {
      service: 'apigateway',
      operation: 'CreateUsagePlanKey',
      input: createUsagePlanKey({ usagePlanId: ids.PLAN_ID, keyId: ids.KEY_ID }),
    },
  ],
  look: {
    console: 'API Gateway > Usage plans > the plan',
    call: ({ ids }) => ({
      service: 'apigateway',
      operation: 'GetUsagePlan',
      input: { usagePlanId: ids.PLAN_ID },
    }),
  },
};
