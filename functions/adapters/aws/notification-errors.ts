import {
  AccessDenied,
  type AirlockError,
  InvalidConfiguration,
  InvalidInput,
  NotificationFailed,
} from '../../domain/errors.ts';

/** @throws NotificationFailed, AccessDenied, InvalidConfiguration or InvalidInput instead of what `call` throws */
export async function translatedNotification<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    throw toNotificationError(service, fault as SdkFault);
  }
}

interface SdkFault extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
function toNotificationError(service: string, fault: SdkFault): AirlockError {
  const { name, message, $metadata } = fault;
  const status = $metadata?.httpStatusCode;
  const text = `${service}: ${name}: ${message}`;
  const options = { cause: fault };

  const lasting = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (!lasting || /Throttl|^ExpiredToken/.test(name)) return new NotificationFailed(text, options);
  if (status === 401 || status === 403 || /AccessDenied/.test(name)) return new AccessDenied(text, options);
  if (status === 404 || /NotFound/.test(name)) return new InvalidConfiguration(text, options);
  return new InvalidInput(text, options);
}
