import { existsSync, writeFileSync } from 'node:fs';

/** Leaves the name of the first test that failed in the file MUTATION_FIRST_FAILURE: jest's own results are lost when it bails. */
export default class FirstFailure {
  onTestResult({ path }, { testResults, testExecError, failureMessage }) {
    const file = process.env.MUTATION_FIRST_FAILURE;
    const failed = testResults.find(({ status }) => status === 'failed');
    if (file === undefined || existsSync(file) || (failed === undefined && !testExecError && !failureMessage)) return;
    const name = failed?.fullName ?? testExecError?.message ?? failureMessage;
    writeFileSync(file, `${path.split('/test/').at(-1)}: ${String(name).trim().split('\n', 1)[0]}`);
  }
}
