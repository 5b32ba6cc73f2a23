import { badRequest } from './errors.js';
import { invalidPath, optionalText, requireOp, segmentsOf, truth, type PatchOperation } from './patch.js';
import type { RestApi } from './state.js';

type EndpointType = RestApi['endpointType'];
type IpAddressType = RestApi['ipAddressType'];

const MAX_COMPRESSION_SIZE = 10_485_760;

export function endpointTypeOf(type: string | undefined): EndpointType {
  if (type === 'EDGE' || type === 'REGIONAL' || type === 'PRIVATE') return type;
  throw badRequest('REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.');
}

export const defaultIpAddressType = (type: EndpointType): IpAddressType =>
  type === 'PRIVATE' ? 'dualstack' : 'ipv4';

export function checkIpAddressType(type: EndpointType, ip: IpAddressType): void {
  if (type === 'PRIVATE' && ip === 'ipv4') {
    throw badRequest('Only dualstack ipAddressType is supported for Private APIs.');
  }
}

export function compressionSize(size: string): number {
  const number = /^\d+$/.test(size) ? Number(size) : NaN;
  if (!(number <= MAX_COMPRESSION_SIZE)) {
    throw badRequest(`Invalid minimum compression size, must be between 0 and ${MAX_COMPRESSION_SIZE}`);
  }
  return number;
}

/** One patch of UpdateRestApi (recorded: test_update_rest_api_*). */
export function patchRestApi(api: RestApi, patch: PatchOperation): RestApi {
  const [setting, ...below] = segmentsOf(patch);
  if (setting === 'binaryMediaTypes') return patchBinaryMediaTypes(api, patch, below);
  if (setting === 'endpointConfiguration') return patchEndpoint(api, patch, below);
  if (below.length > 0) throw invalidPath(patch);
  switch (setting) {
    case 'name':
      requireOp(patch, 'replace');
      if (!patch.value) throw badRequest('Name cannot be an empty string');
      return { ...api, name: patch.value };
    case 'description':
      requireOp(patch, 'replace', 'remove');
      return { ...api, description: optionalText(patch) };
    case 'version':
      requireOp(patch, 'replace');
      return { ...api, version: optionalText(patch) };
    case 'policy':
      requireOp(patch, 'replace', 'remove');
      return { ...api, policy: optionalText(patch) };
    case 'apiKeySource':
      requireOp(patch, 'replace');
      if (patch.value !== 'HEADER' && patch.value !== 'AUTHORIZER') {
        throw badRequest('Invalid ApiKeySourceType specified. Valid options are HEADER,AUTHORIZER');
      }
      return { ...api, apiKeySource: patch.value };
    case 'disableExecuteApiEndpoint':
      requireOp(patch, 'replace');
      return { ...api, disableExecuteApiEndpoint: truth(patch) };
    case 'minimumCompressionSize':
      requireOp(patch, 'replace');
      return { ...api, minimumCompressionSize: patch.value ? compressionSize(patch.value) : undefined };
    default:
      throw invalidPath(patch);
  }
}

function patchBinaryMediaTypes(api: RestApi, patch: PatchOperation, [type, ...more]: string[]): RestApi {
  if (type === undefined || more.length > 0) throw invalidPath(patch);
  requireOp(patch, 'add', 'remove', 'replace');
  const others = (api.binaryMediaTypes ?? []).filter((each) => each !== type);
  const added = patch.op === 'replace' ? (patch.value ?? type).replaceAll('~1', '/') : type;
  const types = patch.op === 'remove' ? others : [...others, added];
  return { ...api, binaryMediaTypes: types.length > 0 ? types : undefined };
}

function patchEndpoint(api: RestApi, patch: PatchOperation, [setting, old]: string[]): RestApi {
  if (setting === 'ipAddressType') {
    requireOp(patch, 'replace');
    if (patch.value !== 'ipv4' && patch.value !== 'dualstack') {
      throw badRequest('ipAddressType must be either ipv4 or dualstack.');
    }
    checkIpAddressType(api.endpointType, patch.value);
    return { ...api, ipAddressType: patch.value };
  }
  if (setting === 'vpcEndpointIds') {
    requireOp(patch, 'add', 'remove');
    const others = (api.vpcEndpointIds ?? []).filter((id) => id !== patch.value);
    return { ...api, vpcEndpointIds: patch.op === 'add' && patch.value ? [...others, patch.value] : others };
  }
  if (setting !== 'types' || old === undefined) throw invalidPath(patch);
  if (!['add', 'remove', 'replace'].includes(patch.op)) {
    throw badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
  }
  if (patch.op === 'remove') return api;
  const type = patch.value;
  if (type !== 'REGIONAL' && type !== 'EDGE' && type !== 'PRIVATE') {
    throw badRequest('Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE');
  }
  // A private API is dualstack, whatever it was before (recorded: test_update_rest_api_ip_address_type).
  return { ...api, endpointType: type, ipAddressType: type === 'PRIVATE' ? 'dualstack' : api.ipAddressType };
}
