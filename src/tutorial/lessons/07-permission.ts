/** Step 7, told. */
import type { Lesson } from '../lesson.js';
import { addPermission } from '../requests.js';

export const permission: Lesson = {
  id: 'permission',
  what: 'A statement in the function’s own policy: API Gateway may invoke it, on behalf of this API’s POST /dynamodbmanager and of nothing else.',
  why: 'That the API wants to call the function is not enough; the function must let it. Without this each request is answered with 500, and the function never runs.',
  clicks: ['A popup asks for it when the method of step 6 is saved: OK'],
  today: [
    'The popup is gone: the console adds the statement when the method is created with the function.',
    'It is seen at Lambda > the function > Configuration > Permissions > Resource-based policy statements.',
  ],
  notes: [
    'The role of step 1 says what the function may do; this says who may call the function. They are two different policies.',
  ],
  calls: ({ lab, place, ids }) => [
    {
      service: 'lambda',
      operation: 'AddPermission',
      input: addPermission(lab, place, { restApiId: ids.API_ID }),
    },
  ],
  look: {
    console: 'Lambda > the function > Configuration > Permissions',
    call: ({ lab }) => ({
      service: 'lambda',
      operation: 'GetPolicy',
      input: { FunctionName: lab.function.name },
    }),
  },
};
