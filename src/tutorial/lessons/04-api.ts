/** Step 4, told. */
import type { Lesson } from '../lesson.js';
import { createRestApi } from '../requests.js';

export const api: Lesson = {
  id: 'api',
  what: 'A REST API in API Gateway, still empty: it has a root and nothing below it.',
  why: 'The function cannot be reached from the internet. API Gateway gives it an HTTPS address, looks at who calls, and passes on what may pass.',
  clicks: [
    'API Gateway > Create API > REST API > Build',
    'API name: DynamoDBOperations; all else as it is',
    'Create API',
  ],
  today: ['Choose New API; API endpoint type Regional is chosen already.'],
  notes: [
    'AWS lets several APIs bear one name. What tells them apart is their id, and for lab-setup the tag.',
  ],
  calls: ({ lab }) => [
    {
      service: 'apigateway',
      operation: 'CreateRestApi',
      input: createRestApi(lab),
      capture: { variable: 'API_ID', query: 'id' },
    },
  ],
  look: {
    console: 'API Gateway > APIs',
    call: ({ ids }) => ({
      service: 'apigateway',
      operation: 'GetRestApi',
      input: { restApiId: ids.API_ID },
    }),
  },
};
