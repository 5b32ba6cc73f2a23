import { AwsError } from '../errors.js';
import type { SignatureFault } from '../signature.js';

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const UNKNOWN_KEY = 'The security token included in the request is invalid.';
const EXPIRED_TOKEN = 'The security token included in the request is expired';

/** IAM and STS (aws-facts 1.3, last column). */
export function querySignatureError(fault: SignatureFault): AwsError {
  const forbidden = (code: string, message: string): AwsError => new AwsError({ code, status: 403, message });
  switch (fault.kind) {
    case 'missing':
      return forbidden('MissingAuthenticationToken', 'Request is missing Authentication Token');
    case 'malformed':
      return new AwsError({ code: 'IncompleteSignature', status: 400, message: fault.detail });
    case 'unknown-key':
      return forbidden('InvalidClientTokenId', UNKNOWN_KEY);
    case 'mismatch':
      return forbidden('SignatureDoesNotMatch', MISMATCH);
    case 'expired':
    case 'scope':
    case 'unsigned-header':
      return forbidden('SignatureDoesNotMatch', fault.detail);
    case 'expired-token':
      return forbidden('ExpiredToken', EXPIRED_TOKEN);
  }
}

/** DynamoDB and Logs answer 400, Lambda and API Gateway 403 (aws-facts 1.3, first two columns). */
export function jsonSignatureError(fault: SignatureFault, status: 400 | 403): AwsError {
  const refused = (code: string, message: string): AwsError => new AwsError({ code, status, message });
  switch (fault.kind) {
    case 'missing':
      return refused(
        'MissingAuthenticationTokenException',
        status === 400 ? 'Request is missing Authentication Token' : 'Missing Authentication Token',
      );
    case 'malformed':
      return refused('IncompleteSignatureException', fault.detail);
    case 'unknown-key':
      return refused('UnrecognizedClientException', UNKNOWN_KEY);
    case 'mismatch':
      return refused('InvalidSignatureException', MISMATCH);
    case 'expired':
    case 'scope':
    case 'unsigned-header':
      return refused('InvalidSignatureException', fault.detail);
    case 'expired-token':
      return refused('ExpiredTokenException', EXPIRED_TOKEN);
  }
}
