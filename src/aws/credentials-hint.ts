import { messageOf, nameOf } from './errors.js';

/**
 * What to do about credentials that are missing, or that AWS does not accept, by what the SDK and AWS say of them
 * (aws-facts 1.3).
 */
export function credentialsHint(error: unknown, profile: string | undefined): string {
  const login = `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
  // "The SSO session associated with this profile has expired", "Token is expired. To refresh this SSO session run …"
  if (/\bSSO\b/.test(messageOf(error))) return `Sign in again with \`${login}\`. ${AGAIN}`;
  switch (nameOf(error)) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return `They have expired: sign in again with \`${login}\`, or get new ones where these came from. ${AGAIN}`;
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return 'AWS does not know this access key, or the account has not enabled the region: check --profile, AWS_ACCESS_KEY_ID and --region.';
    case 'SignatureDoesNotMatch':
    case 'InvalidSignatureException':
      return 'The secret access key is not that of the access key, or the clock of this machine is wrong.';
    default:
      return `Set some up with \`aws configure\`, sign in with \`${login}\`, choose --profile, or leave --target away to use the local AWS.`;
  }
}

const AGAIN = 'Then run the same command again: it goes on from here.';
