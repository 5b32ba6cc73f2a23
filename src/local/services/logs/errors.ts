import { AwsError } from '../../errors.js';

const failure = (code: string, message: string): AwsError => new AwsError({ code, status: 400, message });

export const groupExists = (): AwsError =>
  failure('ResourceAlreadyExistsException', 'The specified log group already exists');
export const streamExists = (): AwsError =>
  failure('ResourceAlreadyExistsException', 'The specified log stream already exists');
export const noSuchGroup = (): AwsError =>
  failure('ResourceNotFoundException', 'The specified log group does not exist.');
export const noSuchStream = (): AwsError =>
  failure('ResourceNotFoundException', 'The specified log stream does not exist.');
export const invalidParameter = (message: string): AwsError => failure('InvalidParameterException', message);
export const invalidToken = (): AwsError => invalidParameter('The specified nextToken is invalid.');
export const validationException = (message: string): AwsError => failure('ValidationException', message);
export const tooManyTags = (): AwsError =>
  failure('TooManyTagsException', 'A resource can have no more than 50 tags.');
