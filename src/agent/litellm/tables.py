"""LiteLLM's tables, by what a restore of the configuration does with them, under the names by which PostgreSQL quotes them.

What people decided is configuration, and comes from the backup. What requests made, and what LiteLLM wrote down of them and of its
own work, is usage, and stays as it is. A table in neither list is of a newer LiteLLM, or somebody's own: it stays too, because what
nobody knows must not be lost, and the plan of the restore names it. Both lists together are the schema.prisma of 1.110.2.
"""

CONFIGURATION = frozenset(
    f'public."LiteLLM_{name}"'
    for name in (
        "AccessGroupTable", "AgentIdentity", "AgentsTable", "BudgetTable", "BudgetWindowSpend", "CacheConfig",
        "ClaudeCodePluginTable", "ClaudeCodePluginVersion", "ClaudeCodePluginDownload", "ClaudeCodePluginUpload", "Config",
        "ConfigOverrides", "CredentialsTable", "DeletedTeamTable", "DeletedVerificationToken", "DeprecatedVerificationToken",
        "EndUserTable", "GuardrailsTable", "InvitationLink", "JWTKeyMapping", "Lens", "LensDataset", "LensIngestionKey",
        "LensReview", "LensSignalConfig", "MCPServerOAuthClient", "MCPServerTable", "MCPToolsetTable", "MCPUserCredentials",
        "MCPUserEnvVars", "ManagedVectorStoreIndexTable", "ManagedVectorStoresTable", "ModelAccessGroupBudgetTable", "ModelTable",
        "ObjectPermissionTable", "OrganizationMembership", "OrganizationTable", "PolicyAttachmentTable", "PolicyTable",
        "ProjectTable", "PromptTable",
        "ProxyModelTable", "RetiredAgent", "RetiredAgentIdentity", "SSOConfig", "SSOIdentityAssertion", "SearchToolsTable",
        "SkillSubmission", "SkillsTable", "SubscriptionAccountTable", "TagTable", "TeamMembership", "TeamTable", "ToolTable",
        "UISettings", "UserNotifications", "UserProviderCredentials", "UserTable", "VerificationToken", "VerifiedSubject",
    )
) | {"public._prisma_migrations"}  # fmt: skip
# What LiteLLM removes automatically when it is configured how long to keep its log.
EXPIRING = frozenset(f'public."LiteLLM_{name}"' for name in ("SpendLogs", "SpendLogToolIndex"))
USAGE = frozenset(
    f'public."LiteLLM_{name}"'
    for name in (
        "AdaptiveRouterSession", "AdaptiveRouterState", "AuditLog", "AutoRouterBaselineComparison", "AutoRouterBaselineObservation",
        "AutoRouterDailySpend", "AutoRouterSession", "AutoRouterUserSession", "BackgroundInteractionSettlement", "CronJob",
        "DailyAgentSpend", "DailyEndUserSpend", "DailyGatewayFailedRequests", "DailyGatewayRequests", "DailyGlobalSpend",
        "DailyGuardrailMetrics", "DailyGuardrailUsageUnits", "DailyModelUsage", "DailyOrganizationSpend", "DailyPolicyMetrics",
        "DailyRequestErrors", "DailyTagSpend", "DailyTeamSpend", "DailyToolSpend", "DailyUserSpend", "ErrorLogs",
        "HealthCheckTable", "LensRun", "LensTraceSignal", "LensWorker", "ManagedFileContentTable", "ManagedFileTable",
        # A batch that was paid for must not be taken for one that is yet to be paid.
        "ManagedObjectTable", "ManagedVectorStoreTable", "MemoryTable", "ProxyWorkerHeartbeat",
        "ShadowEvalAttempt", "ShadowEvalFunnel", "ShadowEvalJob",
        # A delivery that is pending adds its cost to keys and teams. An old one that came back would add it twice.
        "SpendLogDelivery",
        "SpendLogGuardrailIndex", "SpendLogToolIndex", "SpendLogs", "TelemetryReport", "WorkflowEvent", "WorkflowMessage",
        "WorkflowRun",
    )
)  # fmt: skip
