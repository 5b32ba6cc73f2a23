/** One operation of DynamoDB. Its input is a JSON object and no more: dynalite's checks make it fit. */
export interface DynamoDbOperation {
  /** AWS's name, such as `PutItem`. */
  readonly name: string;
  invoke(input: object): unknown;
}
