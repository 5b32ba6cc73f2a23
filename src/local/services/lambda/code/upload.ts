import { invalidParameter } from '../errors.js';

/** The zip of a request. @throws AwsError when there is none. */
export function decodeZip(zipFile: string | undefined): Buffer {
  if (zipFile === undefined || zipFile === '')
    throw invalidParameter('Please provide a source for function code.');
  return Buffer.from(zipFile, 'base64');
}

/** There is no S3 here, so what AWS says of a bucket that does not exist is the truth. */
export function refuseOtherSources(code: {
  S3Bucket?: string | undefined;
  ImageUri?: string | undefined;
}): void {
  if (code.S3Bucket !== undefined) {
    throw invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    );
  }
  if (code.ImageUri !== undefined) throw invalidParameter('The local AWS does not serve ImageUri.');
}
