import * as v from 'valibot';
import { lowerId } from '../../ids.js';
import type { Operation } from '../service.js';
import { badRequest, conflict, limitExceeded, resourceNotFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { patchOperations, unsupportedPatch, type PatchOperation } from './patch.js';
import { findRestApi } from './rest-apis.js';
import { query, queryList, resourcePath, restApiPath, text } from './schemas.js';
import { keyOf, type Gateway, type Resource } from './state.js';

const MAX_RESOURCES = 300;

export function resourceOperations(gateway: Gateway): Operation[] {
  const { resources } = gateway;
  return [
    gatewayOperation({
      name: 'CreateResource',
      route: 'POST /restapis/:restApiId/resources/:parentId',
      status: 201,
      input: v.object({ pathPart: text(1024), ...restApiPath, parentId: v.string() }),
      run: ({ restApiId, parentId, pathPart }) => {
        const parent = findResource(gateway, restApiId, parentId);
        checkPathPart(pathPart);
        checkPlace(resourcesOf(gateway, restApiId), parent, pathPart);
        if (resourcesOf(gateway, restApiId).length >= MAX_RESOURCES) {
          throw limitExceeded(`Maximum number of resources for this API has been reached: ${MAX_RESOURCES}`);
        }
        const id = lowerId(6);
        const resource = {
          apiId: restApiId,
          id,
          parentId,
          pathPart,
          path: below(parent.path, pathPart),
          methods: {},
        };
        resources.put(keyOf(restApiId, id), resource);
        return describeResource(resource, []);
      },
    }),
    gatewayOperation({
      name: 'GetResource',
      route: 'GET /restapis/:restApiId/resources/:resourceId',
      input: v.object({ ...resourcePath, embed: queryList }),
      run: ({ restApiId, resourceId, embed }) =>
        describeResource(findResource(gateway, restApiId, resourceId), embed),
    }),
    gatewayOperation({
      name: 'GetResources',
      route: 'GET /restapis/:restApiId/resources',
      input: v.object({ ...restApiPath, embed: queryList, limit: query, position: query }),
      run: ({ restApiId, embed, limit, position }) => {
        findRestApi(gateway, restApiId);
        const page = paginate(resourcesOf(gateway, restApiId), {
          sortKey: ({ path }) => path,
          limit,
          position,
        });
        return { ...page, item: page.item.map((resource) => describeResource(resource, embed)) };
      },
    }),
    gatewayOperation({
      name: 'UpdateResource',
      route: 'PATCH /restapis/:restApiId/resources/:resourceId',
      input: v.object({ ...resourcePath, patchOperations }),
      run: ({ restApiId, resourceId, patchOperations: patches }) => {
        const resource = findResource(gateway, restApiId, resourceId);
        const moved = patches.reduce((before, patch) => patchResource(gateway, before, patch), resource);
        moveTree(gateway, moved);
        return describeResource(moved, []);
      },
    }),
    gatewayOperation({
      name: 'DeleteResource',
      route: 'DELETE /restapis/:restApiId/resources/:resourceId',
      status: 202,
      input: v.object(resourcePath),
      run: ({ restApiId, resourceId }) => {
        const resource = findResource(gateway, restApiId, resourceId);
        // The words are not established (aws-facts 6.3).
        if (resource.parentId === undefined) throw badRequest('Cannot delete root resource.');
        for (const each of treeOf(gateway, resource)) resources.delete(keyOf(restApiId, each.id));
      },
    }),
  ];
}

/** @throws AwsError NotFoundException, also when the API itself is missing (aws-facts 6.2). */
export function findResource({ resources }: Gateway, restApiId: string, resourceId: string): Resource {
  const resource = resources.get(keyOf(restApiId, resourceId));
  if (!resource) throw resourceNotFound();
  return resource;
}

export const resourcesOf = ({ resources }: Gateway, restApiId: string): Resource[] =>
  resources.values().filter(({ apiId }) => apiId === restApiId);

/** Without `embed=methods` AWS still names the methods, each as an empty object (aws-facts 6.3). */
function describeResource(
  { id, parentId, pathPart, path, methods }: Resource,
  embed: readonly string[],
): object {
  const names = Object.keys(methods);
  const full = embed.includes('methods');
  return {
    id,
    parentId,
    pathPart,
    path,
    ...(names.length > 0 && {
      resourceMethods: Object.fromEntries(
        Object.entries(methods).map(([name, method]) => [name, full ? method : {}]),
      ),
    }),
  };
}

const below = (parentPath: string, pathPart: string): string =>
  parentPath === '/' ? `/${pathPart}` : `${parentPath}/${pathPart}`;

const isVariable = (pathPart: string): boolean => pathPart.startsWith('{');

function checkPathPart(pathPart: string): void {
  if (!/^([a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$/.test(pathPart)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._- and curly braces at the beginning and the end and an optional plus sign before the closing brace.",
    );
  }
}

/** Whether a resource may stand below `parent` under this name (recorded: test_create_proxy_resource_validation). */
function checkPlace(all: readonly Resource[], parent: Resource, pathPart: string, itself?: string): void {
  if (parent.pathPart?.endsWith('+}')) {
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`);
  }
  const siblings = all.filter(({ parentId, id }) => parentId === parent.id && id !== itself);
  if (siblings.some((sibling) => sibling.pathPart === pathPart)) {
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  }
  const variable = siblings.find((sibling) => isVariable(sibling.pathPart ?? ''));
  if (isVariable(pathPart) && variable) {
    throw badRequest(
      `A sibling (${variable.pathPart ?? ''}) of this resource already has a variable path part -- only one is allowed`,
    );
  }
}

function patchResource(gateway: Gateway, resource: Resource, patch: PatchOperation): Resource {
  const all = resourcesOf(gateway, resource.apiId);
  if (patch.op !== 'replace' || (patch.path !== '/parentId' && patch.path !== '/pathPart')) {
    throw unsupportedPatch(patch, { replace: ['/parentId', '/pathPart'] });
  }
  const isRoot = resource.parentId === undefined;
  const value = patch.value ?? '';
  if (patch.path === '/pathPart') {
    if (isRoot) throw badRequest('Root resource cannot update its pathPart.');
    const parent = findResource(gateway, resource.apiId, resource.parentId ?? '');
    checkPathPart(value);
    checkPlace(all, parent, value, resource.id);
    return { ...resource, pathPart: value, path: below(parent.path, value) };
  }
  if (isRoot) throw badRequest('Root resource cannot update its parentId.');
  const parent = findResource(gateway, resource.apiId, value);
  if (treeOf(gateway, resource).some(({ id }) => id === parent.id)) {
    throw badRequest('Resources cannot be cyclical.');
  }
  checkPlace(all, parent, resource.pathPart ?? '', resource.id);
  return { ...resource, parentId: parent.id, path: below(parent.path, resource.pathPart ?? '') };
}

/** A resource and all below it, parents first. */
function treeOf(gateway: Gateway, root: Resource): Resource[] {
  const all = resourcesOf(gateway, root.apiId);
  const tree = [root];
  for (const parent of tree) tree.push(...all.filter(({ parentId }) => parentId === parent.id));
  return tree;
}

/** Puts a changed resource, and its descendants with the paths that they now have. */
function moveTree(gateway: Gateway, moved: Resource): void {
  const paths = new Map([[moved.id, moved.path]]);
  for (const each of treeOf(gateway, moved)) {
    const parentPath = paths.get(each.parentId ?? '');
    const path =
      each.id === moved.id || parentPath === undefined ? each.path : below(parentPath, each.pathPart ?? '');
    paths.set(each.id, path);
    gateway.resources.put(keyOf(each.apiId, each.id), { ...each, path });
  }
}
