/** Thrown when a person tries what Discord's own app would not let them do. */
export class Refused extends Error {}
