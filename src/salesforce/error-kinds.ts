/**
 * What an error of Salesforce says, be it of a whole request or of one record. A trigger or a flow wraps the errors of
 * what it does itself into one of its own: then the text tells.
 */
export type ErrorKind =
  /** Budget or storage of the organisation is used up. */
  | 'limit'
  | 'maintenance'
  /** The API version, or the path, is not there. */
  | 'version'
  /** The API is closed to the organisation or to the login. */
  | 'closed'
  /** The login may not do this, or not to this record. */
  | 'access'
  /** The object, the field or the value of a picklist is not there. */
  | 'metadata'
  /** A value of this record, or a rule about it. */
  | 'value'
  | 'deleted'
  | 'lock'
  /** Time-outs, limits of one transaction, servers that are away. */
  | 'passing'
  | 'session'
  | 'unknown'

/** StatusCode and ExceptionCode of the API's reference. What is on none of these lists is unknown. */
const CODES: [ErrorKind, string][] = [
  ['session', 'INVALID_SESSION_ID INVALID_AUTH_HEADER'],
  ['limit', 'REQUEST_LIMIT_EXCEEDED STORAGE_LIMIT_EXCEEDED EXCEEDED_QUOTA LICENSE_LIMIT_EXCEEDED'],
  ['maintenance', 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE INVALID_READ_ONLY_USER_DML'],
  ['version', 'UNSUPPORTED_API_VERSION GONE NOT_FOUND'],
  ['closed', 'API_DISABLED_FOR_ORG API_CURRENTLY_DISABLED ORG_LOCKED TRIAL_EXPIRED TXN_SECURITY_NO_ACCESS'],
  ['closed', 'CLIENT_NOT_ACCESSIBLE_FOR_USER INVALID_OPERATION_WITH_EXPIRED_PASSWORD'],
  ['access', 'INSUFFICIENT_ACCESS INSUFFICIENT_ACCESS_OR_READONLY INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY'],
  ['access', 'INSUFFICIENT_PRIVILEGES INSUFFICIENT_CREDENTIALS INVALID_ACCESS_LEVEL TRANSFER_REQUIRES_READ'],
  ['access', 'INVALID_FIELD_FOR_INSERT_UPDATE UNAVAILABLE_RECORDTYPE_EXCEPTION'],
  ['metadata', 'INVALID_FIELD INVALID_TYPE INVALID_TYPE_ON_FIELD_IN_RECORD INVALID_TYPE_FOR_OPERATION'],
  ['metadata', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST MALFORMED_QUERY INVALID_QUERY_FILTER_OPERATOR'],
  ['metadata', 'FUNCTIONALITY_NOT_ENABLED REQUIRED_FEATURE_MISSING'],
  ['value', 'FIELD_CUSTOM_VALIDATION_EXCEPTION FIELD_FILTER_VALIDATION_EXCEPTION FIELD_INTEGRITY_EXCEPTION'],
  ['value', 'REQUIRED_FIELD_MISSING STRING_TOO_LONG NUMBER_OUTSIDE_VALID_RANGE INVALID_EMAIL_ADDRESS'],
  ['value', 'DUPLICATE_VALUE DUPLICATES_DETECTED MALFORMED_ID INVALID_ID_FIELD INVALID_CURRENCY_ISO INVALID_STATUS'],
  ['value', 'FAILED_ACTIVATION DEPENDENCY_EXISTS ENTITY_IS_ARCHIVED INACTIVE_OWNER_OR_USER'],
  ['value', 'INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD TOO_MANY_ENUM_VALUE'],
  ['deleted', 'ENTITY_IS_DELETED INVALID_CROSS_REFERENCE_KEY'],
  ['lock', 'UNABLE_TO_LOCK_ROW ENTITY_IS_LOCKED'],
  ['passing', 'SERVER_UNAVAILABLE UNKNOWN_EXCEPTION QUERY_TIMEOUT REQUEST_RUNNING_TOO_LONG LIMIT_EXCEEDED'],
]
const BY_CODE = new Map(CODES.flatMap(([kind, codes]) => codes.split(' ').map((code) => [code, kind] as const)))

/** Errors of a trigger or a flow: what it met stands in the text. */
const WRAPPERS = ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CANNOT_EXECUTE_FLOW_TRIGGER']
/** The same, where the trigger passes on what it met by `addError`; but mostly a rule that a person wrote. */
const RULE = 'FIELD_CUSTOM_VALIDATION_EXCEPTION'

const LOCK = /UNABLE_TO_LOCK_ROW|unable to obtain exclusive access|record currently unavailable/i
const PASSING =
  /REQUEST_RUNNING_TOO_LONG|QUERY_TIMEOUT|REQUEST_LIMIT_EXCEEDED|System\.LimitException|Apex (?:CPU time|heap size)|Too many (?:SOQL|DML|SOSL|query rows|queueable|future)|maximum time exceeded|read timed out/i
const MAINTENANCE = /DURING_MAINTENANCE|(?:in|under|during) maintenance|read-only mode/i
/** Without "Edit Activated Orders" the refusal comes as a rule about the order. */
const ACTIVATED = /activated orders?\b|order is activated/i

export function kindOf(code: string, message: string): ErrorKind {
  const listed = BY_CODE.get(code)
  if (!WRAPPERS.includes(code) && code !== RULE) {
    if (listed === 'value' && ACTIVATED.test(message)) return 'access'
    return listed ?? (MAINTENANCE.test(message) ? 'maintenance' : 'unknown')
  }
  if (LOCK.test(message)) return 'lock'
  if (PASSING.test(message)) return 'passing'
  if (MAINTENANCE.test(message)) return 'maintenance'
  if (ACTIVATED.test(message)) return 'access'
  return listed ?? innerKind(message) ?? 'unknown'
}

/** A code within the text, where it says that the same would be refused again. */
function innerKind(message: string): ErrorKind | undefined {
  const inner = (message.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []).map((word) => BY_CODE.get(word))
  return inner.find((kind) => kind === 'value' || kind === 'access' || kind === 'metadata')
}
