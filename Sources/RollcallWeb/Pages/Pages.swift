internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// All routes of the dashboard. What each asks for stands in `Permissions`.
enum Pages {
    static let routes: [Route] =
        Assets.routes + SignInPages.routes + OverviewPage.routes + AddDomainPages.routes + InboundPages.routes
        + AccountPages.routes + SyncActions.routes + HistoryPages.routes + RunPage.routes + ExplainPage.routes
        + ConsentPages.routes + ConnectorPages.routes + AuditPage.routes + DomainSettingsPages.routes
        + PeoplePages.routes + CustomerPages.routes + GatewaysPage.routes
}
