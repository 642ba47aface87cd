/** How SageMaker's training plans are told by their ARNs, which end in their names (API model, TrainingPlanArn). */

export const isTrainingPlan = (arn: string): boolean => /^arn:[^/]*:training-plan\/./.test(arn);

/** What DescribeTrainingPlan asks for, and people know it by. */
export const trainingPlanName = (arn: string): string => arn.split("/").at(-1) ?? arn;
