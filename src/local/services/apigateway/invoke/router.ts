import { entryOf, type Method, type Resource } from '../state.js';

export interface Route {
  readonly resource: Resource;
  readonly method: Method;
  /** As sent, still percent-encoded, as AWS hands them on (recorded: test_lambda_aws_proxy_integration). */
  readonly pathParameters: ReadonlyMap<string, string>;
}

export type Router = (httpMethod: string, path: string) => Route | undefined;

interface Candidate {
  readonly resource: Resource;
  readonly segments: readonly string[];
  /** A digit for each segment, the more exact the smaller: the smaller text goes first. */
  readonly rank: string;
}

/**
 * Finds the method for a request. A literal segment goes before `{param}`, and that before `{proxy+}`, from the left; a
 * resource without the wanted method leaves the request to the next (recorded:
 * test_proxy_routing_with_hardcoded_resource_sibling).
 */
export function createRouter(resources: readonly Resource[]): Router {
  const candidates = resources
    .map((resource): Candidate => {
      const segments = split(resource.path);
      return { resource, segments, rank: segments.map(rankOf).join('') };
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)));
  return (httpMethod, path) => {
    const segments = split(path);
    for (const candidate of candidates) {
      const { resource } = candidate;
      const method = entryOf(resource.methods, httpMethod) ?? entryOf(resource.methods, 'ANY');
      const pathParameters = method && match(candidate.segments, segments);
      if (pathParameters) return { resource, method, pathParameters };
    }
    return undefined;
  };
}

/** A slash at the end makes no difference. */
const split = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

const isGreedy = (segment: string): boolean => segment.endsWith('+}');

function rankOf(segment: string): string {
  if (!segment.startsWith('{')) return '0';
  return isGreedy(segment) ? '2' : '1';
}

function match(pattern: readonly string[], segments: readonly string[]): Map<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (isGreedy(part)) return parameters.set(part.slice(1, -2), segments.slice(index).join('/'));
    if (part.startsWith('{')) parameters.set(part.slice(1, -1), segment);
    else if (part !== segment) return undefined;
  }
  return segments.length === pattern.length ? parameters : undefined;
}
