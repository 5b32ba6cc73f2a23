import { AwsError } from '../../errors.js';

const notFound = (message: string): AwsError => new AwsError({ code: 'NoSuchEntity', status: 404, message });
const conflict = (code: string, message: string): AwsError => new AwsError({ code, status: 409, message });

export const noSuchRole = (name: string): AwsError => notFound(`The role with name ${name} cannot be found.`);
export const noSuchRolePolicy = (name: string): AwsError =>
  notFound(`The role policy with name ${name} cannot be found.`);
export const noSuchUser = (name: string): AwsError => notFound(`The user with name ${name} cannot be found.`);
export const notAttachable = (arn: string): AwsError =>
  notFound(`Policy ${arn} does not exist or is not attachable.`);
export const noSuchVersion = (arn: string, version: string): AwsError =>
  notFound(`Policy ${arn} version ${version} does not exist or is not attachable.`);
export const noSuchBoundary = (arn: string): AwsError =>
  notFound(`Scope ARN: ${arn} does not exist or is not attachable.`);
export const noBoundary = (role: string): AwsError =>
  notFound(`Role ${role} does not have a permission boundary.`);
export const policyNotFound = (arn: string): AwsError => notFound(`Policy ${arn} was not found.`);

export const roleExists = (name: string): AwsError =>
  conflict('EntityAlreadyExists', `Role with name ${name} already exists.`);
export const policyExists = (name: string): AwsError =>
  conflict('EntityAlreadyExists', `A policy called ${name} already exists. Duplicate names are not allowed.`);
export const deleteConflict = (message: string): AwsError => conflict('DeleteConflict', message);
export const limitExceeded = (message: string): AwsError => conflict('LimitExceeded', message);

export const malformedPolicy = (message: string): AwsError =>
  new AwsError({ code: 'MalformedPolicyDocument', status: 400, message });
export const validationError = (message: string): AwsError =>
  new AwsError({ code: 'ValidationError', status: 400, message });
export const invalidInput = (message: string): AwsError =>
  new AwsError({ code: 'InvalidInput', status: 400, message });
