/** Step 2, told. */
import { ZIP_FILE, type Lesson } from '../lesson.js';
import { createFunction, createLogGroup, OWN_ROLE } from '../requests.js';

export const lambdaFunction: Lesson = {
  id: 'function',
  what: 'The Lambda function that does the work: it is given an event with an operation, a table’s name and a payload, and creates, reads, updates, deletes or lists items; echo and ping are there for trying things. Its log group is made with it.',
  why: 'There is no server to keep: Lambda runs the code when it is called, for as long as a call takes. One function behind one POST can serve all operations, because the request itself names the operation.',
  clicks: [
    'Lambda > Create function > Author from scratch',
    'Function name: LambdaFunctionOverHttps',
    'Runtime: Python 3.7',
    'Permissions: Use an existing role, lambda-apigateway-role',
    'Create function, paste the code over what is there, Save',
    'Test: a test event with the operation echo gives its payload back',
  ],
  today: [
    'Python 3.7 is no longer offered: take the newest Python.',
    'The role is below Change default execution role.',
    'Save is called Deploy now, and test events are made on the tab Test.',
  ],
  notes: [
    'The tutorial’s function is written in Python; this lab’s does the same in Node.js. The code is in a zip, which `lab-setup steps function --zip` writes.',
    'The console’s time limit of 3 seconds is short for a first call to DynamoDB; this lab has 10.',
    'Lambda would make the log group at the first call. It is made here, so that it bears the lab’s tag and goes with the lab.',
  ],
  before: ['steps function --zip'],
  calls: ({ lab, ids, archive }) => [
    { service: 'logs', operation: 'CreateLogGroup', input: createLogGroup(lab) },
    {
      service: 'lambda',
      operation: 'CreateFunction',
      input: createFunction(lab, {
        role: {
          arn: lab.options.roleArn ?? ids.ROLE_ARN,
          tag: lab.options.roleArn ?? OWN_ROLE,
          policy: lab.options.policy ?? 'least',
        },
        archive: { ...archive, zip: ZIP_FILE },
      }),
    },
    {
      service: 'lambda',
      operation: 'GetFunction',
      input: { FunctionName: lab.function.name },
      until: 'function-active-v2',
    },
  ],
  look: {
    console: 'Lambda > Functions > the function',
    note: '`lab-setup test-echo` does what the console’s test does.',
    call: ({ lab }) => ({
      service: 'lambda',
      operation: 'GetFunctionConfiguration',
      input: { FunctionName: lab.function.name },
    }),
  },
};
