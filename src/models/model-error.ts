import { AppError } from "../platform/errors.ts";

/** A model endpoint failed for good: `code` says how (`timeout`, `refused`, `rate-limited`, `bad-reply`, ...). */
export class ModelError extends AppError {}
