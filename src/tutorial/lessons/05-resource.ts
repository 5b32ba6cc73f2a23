/** Step 5, told. */
import type { Lesson } from '../lesson.js';
import { createResource } from '../requests.js';

export const resource: Lesson = {
  id: 'resource',
  what: 'The resource /dynamodbmanager: one segment of a path, below the API’s root.',
  why: 'Resources are the nouns of an API. Methods, the verbs, hang on them.',
  clicks: [
    'Resources: Actions > Create Resource',
    'Resource Name: DynamoDBManager; the path fills itself in as /dynamodbmanager',
    'Create Resource',
  ],
  today: [
    'There is no menu Actions any more: Resources > Create resource.',
    'The name is the path, and nothing puts it into lower case for you: type dynamodbmanager, since paths in another case are other paths.',
  ],
  notes: [],
  calls: ({ lab, ids }) => [
    {
      service: 'apigateway',
      operation: 'GetResources',
      input: { restApiId: ids.API_ID },
      capture: { variable: 'ROOT_ID', query: "items[?path=='/'].id" },
    },
    {
      service: 'apigateway',
      operation: 'CreateResource',
      input: createResource(lab, { restApiId: ids.API_ID, parentId: ids.ROOT_ID }),
      capture: { variable: 'RESOURCE_ID', query: 'id' },
    },
  ],
  look: {
    console: 'API Gateway > the API > Resources',
    call: ({ ids }) => ({
      service: 'apigateway',
      operation: 'GetResources',
      input: { restApiId: ids.API_ID },
    }),
  },
};
