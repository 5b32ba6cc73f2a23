/** Step 11, told. */
import { fingerprintOf } from '../fingerprint.js';
import type { Lesson } from '../lesson.js';
import { wantedMethod } from '../method-settings.js';
import { createDeployment, serveDeployment } from '../requests.js';

export const redeploy: Lesson = {
  id: 'redeploy',
  what: 'Deploying once more: a new snapshot of the API, and Prod serves it from now on.',
  why: 'Whatever was changed in resources and methods since step 8 reaches callers only now. Keys and usage plans need no deployment.',
  clicks: ['The API > Actions > Deploy API > Deployment stage: Prod > Deploy'],
  today: ['The API > Resources > Deploy API > Stage: Prod.'],
  notes: [
    '`lab-setup up` does so only if the API differs from what Prod serves; the lines for the aws CLI do so in any case.',
    'It is the step that is forgotten most often: the console shows the new state, and callers see the old one.',
  ],
  condition: 'unless Prod serves the API as it is by now',
  calls: ({ lab, place, ids }) => [
    {
      service: 'apigateway',
      operation: 'CreateDeployment',
      input: createDeployment(ids.API_ID, fingerprintOf(wantedMethod(lab, place), place)),
      capture: { variable: 'DEPLOYMENT_ID', query: 'id' },
    },
    {
      service: 'apigateway',
      operation: 'UpdateStage',
      input: serveDeployment({
        restApiId: ids.API_ID,
        stageName: lab.stage.name,
        deploymentId: ids.DEPLOYMENT_ID,
      }),
    },
  ],
  look: {
    console: 'API Gateway > the API > Stages > Prod > Deployment history',
    call: ({ lab, ids }) => ({
      service: 'apigateway',
      operation: 'GetStage',
      input: { restApiId: ids.API_ID, stageName: lab.stage.name },
    }),
  },
};
