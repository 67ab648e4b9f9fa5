/** The configuration is wrong, not the program: its message, one line for each fault, is all that a user needs. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
