/**
 * What a question asks for, so that its answer gets the form that suits it. Failure questions get the skeleton
 * (detection, state, what happens by itself, loss, action); others a definition, steps, or a setting.
 */
export type QuestionShape = "failure" | "definition" | "steps" | "setting" | "other";
