/** Step 9, told. */
import type { Lesson } from '../lesson.js';
import { createApiKey } from '../requests.js';

export const key: Lesson = {
  id: 'key',
  what: 'An API key: a long value that AWS makes up, and that callers send in the header x-api-key.',
  why: 'It tells callers apart, so that each can be counted and limited. It says who is calling and does not prove it: for that there are authorizers.',
  clicks: [
    'API Gateway > API Keys > Create API Key',
    'Name: Lambda-key; Auto Generate',
    'Save, and copy the key',
  ],
  today: [
    'API keys is in the main menu on the left, outside of any API. A key that the console makes is active.',
  ],
  notes: [
    'The key opens nothing yet: it must be in a usage plan (step 10), and the method must ask for one (step 6).',
    'lab-setup never prints the value unless --show-key asks for it, and writes it nowhere.',
  ],
  calls: ({ lab }) => [
    {
      service: 'apigateway',
      operation: 'CreateApiKey',
      input: createApiKey(lab),
      capture: { variable: 'KEY_ID', query: 'id' },
    },
  ],
  look: {
    console: 'API Gateway > API keys',
    call: ({ ids }) => ({ service: 'apigateway', operation: 'GetApiKey', input: { apiKey: ids.KEY_ID } }),
  },
};
