import * as v from 'valibot';
import { RawAnswer, type Operation } from '../service.js';
import { badRequest, deploymentNotFound } from './errors.js';
import { exportOas30 } from './export/oas30.js';
import { versionOf } from './export/parts.js';
import { exportSwagger } from './export/swagger.js';
import { gatewayOperation } from './operation.js';
import { query, restApiPath } from './schemas.js';
import { findStage } from './stages.js';
import { keyOf, type Gateway } from './state.js';

/** GetExport: what a stage serves, as a document. */
export function exportOperations(gateway: Gateway): Operation[] {
  return [
    gatewayOperation({
      name: 'GetExport',
      route: 'GET /restapis/:restApiId/stages/:stageName/exports/:exportType',
      input: v.object({ ...restApiPath, stageName: v.string(), exportType: v.string(), extensions: query }),
      run: ({ restApiId, stageName, exportType, extensions = '' }, { request }) => {
        const stage = findStage(gateway, restApiId, stageName);
        const deployment = gateway.deployments.get(keyOf(restApiId, stage.deploymentId));
        if (!deployment) throw deploymentNotFound();
        if (exportType !== 'oas30' && exportType !== 'swagger') {
          throw badRequest(`No API exporter for type '${exportType}'`);
        }
        if (request.headers['accept'] === 'application/yaml') {
          throw badRequest('The local AWS exports JSON only (accepts: application/json).');
        }
        const withExtensions = extensions
          .split(',')
          .some((each) => each === 'integrations' || each === 'apigateway');
        const source = { deployment, stageName, region: gateway.world.region, withExtensions };
        const document = exportType === 'oas30' ? exportOas30(source) : exportSwagger(source);
        return new RawAnswer({
          status: 200,
          headers: {
            'content-type': 'application/octet-stream',
            'content-disposition': `attachment; filename="${exportType}_${versionOf(source).replace(/[^\w.:-]/g, '_')}.json"`,
          },
          body: JSON.stringify(document, null, 2),
        });
      },
    }),
  ];
}
