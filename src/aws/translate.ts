import { LabError } from '../lab-error.js';
import { isCredentials, isDenied, isLimit, isThrottle, isUnreachable, messageOf } from './errors.js';

/**
 * An error of an AWS call in the reader's words.
 * @param call such as `iam:CreateRole`
 * @param server the endpoint that was asked, or undefined for AWS itself
 */
export function translate(error: unknown, where: { call: string; server: string | undefined }): LabError {
  if (error instanceof LabError) return error;
  const { call, server } = where;
  const options = { call, cause: error };
  const message = oneLine(messageOf(error));
  if (isCredentials(error)) {
    return new LabError('credentials', `AWS did not accept the credentials at ${call}: ${message}`, {
      ...options,
      hint: 'Sign in again (for instance `aws sso login` or `aws configure`), choose --profile, or leave --target away to use the local AWS.',
    });
  }
  if (isDenied(error)) {
    return new LabError('denied', `AWS refused ${call}: ${message}`, {
      ...options,
      hint: `Ask for the permission ${call}, or use a profile that has it (--profile).`,
    });
  }
  if (isUnreachable(error)) {
    return new LabError('unreachable', `Nothing answered ${call} at ${server ?? 'AWS'}: ${message}`, {
      ...options,
      hint:
        server === undefined
          ? 'Check the network and the spelling of --region.'
          : `Is the server at ${server} running? Check --endpoint-url.`,
    });
  }
  if (isLimit(error) || isThrottle(error)) {
    return new LabError('quota', `A limit of the account stopped ${call}: ${message}`, {
      ...options,
      hint: 'Remove what is no longer needed, or ask AWS to raise the limit; then run the same command again.',
    });
  }
  return new LabError('failed', `${call} failed: ${message}`, {
    ...options,
    hint: 'Run the same command again with --verbose to see every call.',
  });
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
