/** Step 8, told. */
import { fingerprintOf } from '../fingerprint.js';
import type { Lesson } from '../lesson.js';
import { wantedMethod } from '../method-settings.js';
import { createDeploymentAndStage, describeStage, tagStage } from '../requests.js';

export const deployment: Lesson = {
  id: 'deployment',
  what: 'A deployment, which is a snapshot of the API, and the stage Prod, which serves it under a URL of its own.',
  why: 'What has been set up so far can be seen in the console and called by nobody. Callers get what a stage serves, and a stage serves a snapshot: later changes do not reach them until they are deployed too.',
  clicks: ['Actions > Deploy API', 'Deployment stage: [New Stage]', 'Stage name: Prod', 'Deploy'],
  today: ['Deploy API is a button above the resources; the stage is called *New stage*.'],
  notes: [
    'The tutorial calls the stage prod once and Prod once. It is a part of the URL, where capital letters count.',
    'lab-setup writes into the deployment’s description what it is a snapshot of, and so can tell later whether Prod is current.',
  ],
  calls: ({ lab, place, ids }) => [
    {
      service: 'apigateway',
      operation: 'CreateDeployment',
      input: createDeploymentAndStage(lab, ids.API_ID, fingerprintOf(wantedMethod(lab, place), place)),
      capture: { variable: 'DEPLOYMENT_ID', query: 'id' },
    },
    {
      service: 'apigateway',
      operation: 'TagResource',
      input: tagStage(lab, place, ids.API_ID),
    },
    { service: 'apigateway', operation: 'UpdateStage', input: describeStage(lab, ids.API_ID) },
  ],
  look: {
    console: 'API Gateway > the API > Stages > Prod: the Invoke URL is shown there',
    call: ({ lab, ids }) => ({
      service: 'apigateway',
      operation: 'GetStage',
      input: { restApiId: ids.API_ID, stageName: lab.stage.name },
    }),
  },
};
