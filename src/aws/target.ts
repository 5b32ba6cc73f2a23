/** Which AWS the lab is on, and how to reach it. */
export interface Target {
  readonly kind: 'local' | 'aws';
  readonly region: string;
  /** The local AWS, or the AWS-compatible server behind `--endpoint-url`; undefined on AWS itself. */
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
  /** Twelve digits, where it is known without asking. */
  readonly account?: string;
  /** Whether the profile, where none is named `default`, says whose credentials it means: then those are used, and no others. */
  readonly profileHasCredentials?: boolean;
  /** The local AWS's own credentials, or the environment's; undefined asks the profile, or else the SDK's usual chain. */
  readonly credentials: Credentials | undefined;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where in AWS the caller stands: what ARNs are made of. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`. */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** The partition that a region is in; a region that is not known yet is taken for one of the usual. */
export function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-') === true) return 'aws-cn';
  if (region?.startsWith('eusc-') === true) return 'aws-eusc';
  return region?.startsWith('us-gov-') === true ? 'aws-us-gov' : 'aws';
}

/** Where the hosts of a partition are, if not in amazonaws.com. */
const DNS_SUFFIXES: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
};

/**
 * The URL of a deployed API's resource. A server behind an endpoint serves it under the path that LocalStack and
 * MiniStack use too; AWS serves it under a host of its own.
 */
export function invokeUrl(
  target: Pick<Target, 'endpoint'>,
  api: { readonly place: Place; readonly apiId: string; readonly stage: string; readonly path: string },
): string {
  const { place, apiId, stage, path } = api;
  if (target.endpoint !== undefined) {
    return `${target.endpoint.replace(/\/+$/, '')}/restapis/${apiId}/${stage}/_user_request_${path}`;
  }
  const suffix = DNS_SUFFIXES[place.partition] ?? 'amazonaws.com';
  return `https://${apiId}.execute-api.${place.region}.${suffix}/${stage}${path}`;
}
