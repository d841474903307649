/**
 * An error that a person can mend: its message is a sentence for whoever runs the command, which is shown without a stack.
 */
export class Explained extends Error {}
