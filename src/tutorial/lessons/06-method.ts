/** Step 6, told. */
import type { Call } from '../call.js';
import type { Lesson } from '../lesson.js';
import { RESPONSE_RULES } from '../method-settings.js';
import {
  putIntegration,
  putIntegrationResponse,
  putMethod,
  putMethodResponse,
  type MethodAddress,
} from '../requests.js';

export const method: Lesson = {
  id: 'method',
  what: 'POST on /dynamodbmanager, in four parts: the method says what a caller must bring (an API key); the integration says who answers (the function, which gets the body as its event); method responses list the status codes there are; integration responses say which result of the function becomes which of them.',
  why: 'This is where the address and the function are joined. With an integration that is not a proxy the function knows nothing of HTTP: it takes an event and gives a result, as in its own test.',
  clicks: [
    'With /dynamodbmanager selected: Actions > Create Method > POST, then the checkmark',
    'Integration type: Lambda Function',
    'Lambda Function: LambdaFunctionOverHttps',
    'Save',
  ],
  today: [
    'Resources > /dynamodbmanager > Create method; method type POST.',
    'Integration type Lambda function, and Lambda proxy integration switched off.',
    'API key required is on the tab Method request > Edit.',
  ],
  notes: [
    'The tutorial makes an API key in step 9, but never has the method ask for one: followed to the letter, anybody may call the API. This lab asks.',
    'The tutorial answers 200 to everything, even when the function fails. This lab answers 400 where the caller is at fault and 500 where the function is.',
    'API Gateway always calls Lambda with POST, whatever the method: that is the second HTTP method in the integration.',
  ],
  calls: ({ lab, place, ids }) => {
    const address: MethodAddress = {
      restApiId: ids.API_ID,
      resourceId: ids.RESOURCE_ID,
      httpMethod: lab.method.verb,
    };
    const put = (operation: string, input: Call['input']): Call => ({
      service: 'apigateway',
      operation,
      input,
    });
    return [
      put('PutMethod', putMethod(address)),
      ...RESPONSE_RULES.map((rule) => put('PutMethodResponse', putMethodResponse(address, rule))),
      put('PutIntegration', putIntegration(lab, place, address)),
      ...RESPONSE_RULES.map((rule) => put('PutIntegrationResponse', putIntegrationResponse(address, rule))),
    ];
  },
  look: {
    console: 'API Gateway > the API > Resources > POST: the four tabs are the four parts',
    call: ({ lab, ids }) => ({
      service: 'apigateway',
      operation: 'GetMethod',
      input: { restApiId: ids.API_ID, resourceId: ids.RESOURCE_ID, httpMethod: lab.method.verb },
    }),
  },
};
