import { GetExportCommand } from '@aws-sdk/client-api-gateway';
import * as v from 'valibot';
import { isThrottle, isUnreachable } from '../aws/errors.js';
import { LabError } from '../lab-error.js';
import type { StepEnv } from './env.js';
import { fingerprintOf, SERVES_NOTHING } from './fingerprint.js';
import { isPathLike } from './lab.js';
import { atPath, settingsOfMethod } from './method-settings.js';

const Templates = v.record(v.string(), v.nullable(v.string()));

/** One verb of an export in OpenAPI 3 with API Gateway's extensions, as far as the lab declares settings. */
const Served = v.object({
  security: v.optional(v.array(v.record(v.string(), v.unknown())), []),
  responses: v.optional(v.record(v.string(), v.unknown()), {}),
  'x-amazon-apigateway-integration': v.optional(
    v.object({
      type: v.pipe(v.string(), v.toUpperCase()),
      uri: v.optional(v.string()),
      httpMethod: v.optional(v.string()),
      passthroughBehavior: v.optional(v.pipe(v.string(), v.toUpperCase())),
      requestTemplates: v.optional(Templates),
      timeoutInMillis: v.optional(v.number()),
      /** By selection pattern. */
      responses: v.optional(
        v.record(
          v.string(),
          v.object({ statusCode: v.string(), responseTemplates: v.optional(v.nullable(Templates)) }),
        ),
        {},
      ),
    }),
  ),
});
type Served = v.InferOutput<typeof Served>;

const Export = v.object({ paths: v.record(v.string(), v.record(v.string(), v.unknown())) });

/** The name under which an export lists the API key among the ways to authorize. */
const KEY_SCHEME = 'api_key';

/**
 * The fingerprint of what a stage serves, read from its export: the only way to tell for a deployment that is not ours.
 * Undefined when the server cannot export it or the caller may not ask.
 */
export async function servedFingerprint(
  env: StepEnv,
  stage: { readonly restApiId: string; readonly stageName: string },
): Promise<string | undefined> {
  try {
    const { body } = await env.aws.apiGateway.send(
      new GetExportCommand({
        ...stage,
        exportType: 'oas30',
        accepts: 'application/json',
        parameters: { extensions: 'integrations' },
      }),
    );
    const { paths } = v.parse(v.pipe(v.string(), v.parseJson(), Export), new TextDecoder().decode(body));
    const declared = env.lab.resource.path;
    const found =
      declared in paths ? declared : Object.keys(paths).find((each) => isPathLike(each, declared));
    const served = paths[found ?? declared]?.[env.lab.method.verb.toLowerCase()];
    if (found === undefined || served === undefined) return SERVES_NOTHING;
    return fingerprintOf(atPath(settingsOf(v.parse(Served, served)), found, env.lab), env.place);
  } catch (error) {
    if (error instanceof LabError || isThrottle(error) || isUnreachable(error)) throw error;
    if (env.waiting.signal.aborted) throw error;
    return undefined;
  }
}

/** In the form in which the API itself describes the method, so that both are read by the same rules. */
function settingsOf(served: Served): ReturnType<typeof settingsOfMethod> {
  const integration = served['x-amazon-apigateway-integration'];
  const schemes = served.security.flatMap((each) => Object.keys(each));
  const others = schemes.filter((scheme) => scheme !== KEY_SCHEME);
  return settingsOfMethod({
    apiKeyRequired: schemes.includes(KEY_SCHEME),
    authorizationType: others.length === 0 ? 'NONE' : others.join(', '),
    methodResponses: Object.fromEntries(
      Object.keys(served.responses).map((statusCode) => [statusCode, { statusCode }]),
    ),
    ...(integration && {
      methodIntegration: {
        ...integration,
        integrationResponses: Object.fromEntries(
          Object.entries(integration.responses).map(([pattern, { statusCode, responseTemplates }]) => [
            statusCode,
            {
              statusCode,
              ...(pattern === 'default' ? {} : { selectionPattern: pattern }),
              responseTemplates,
            },
          ]),
        ),
      },
    }),
  });
}
