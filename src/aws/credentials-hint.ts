import { shellWord } from '../shell-word.js';
import { isTokenUnreadable, messageOf, nameOf } from './errors.js';

/**
 * What to do about credentials that are missing, or that AWS does not accept, by what the SDK and AWS say of them
 * (aws-facts 1.3).
 */
export function credentialsHint(error: unknown, profile: string | undefined): string {
  const flag = profile === undefined ? '' : ` --profile ${shellWord(profile)}`;
  const login = `aws sso login${flag}`;
  const message = messageOf(error);
  // "The SSO session associated with this profile has expired", "Token is expired. To refresh this SSO session run …"
  if (/\bSSO\b/.test(message)) return `Sign in again with \`${login}\`. ${AGAIN}`;
  // "… please re-authenticate using aws login", "Failed to load token from …/.aws/login/cache/…"
  if (/\baws login\b|\.aws.login.cache/.test(message)) return `Sign in with \`aws login${flag}\`. ${AGAIN}`;
  // The SDK would have to be given the code of the device; the aws CLI asks for it.
  if (/multi-factor/.test(message)) {
    return `Let the aws CLI (version 2) ask for the code: \`eval "$(aws configure export-credentials${flag} --format env)"\`. Then run the same command again without --profile.`;
  }
  if (isTokenUnreadable(error)) {
    const setting =
      profile === undefined
        ? 'AWS_WEB_IDENTITY_TOKEN_FILE'
        : `web_identity_token_file of the profile ${profile}`;
    return `A token should be there: check ${setting}, or in a container AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.`;
  }
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
      return `Set some up with \`aws configure${flag}\`, sign in with \`${login}\`, choose --profile, or say --target local to use the local AWS.`;
  }
}

const AGAIN = 'Then run the same command again: it goes on from here.';
