package estate

import "time"

// graphRequest adds a request to the Graph activity log.
func (t *tenant) graphRequest(s *session, method, path string, mk *mark) {
	id := guid(s.ids)
	at := s.now.Truncate(100 * time.Nanosecond)
	size := 900 + s.ids.IntN(60000)
	t.put("graph", "GraphActivity/graph.json", at, object{
		"time": at.Format(sevenDigits), "resourceId": "/TENANTS/" + t.id + "/PROVIDERS/MICROSOFT.AADIAM", "operationName": "Microsoft Graph Activity", "operationVersion": "v1.0",
		"category": "MicrosoftGraphActivityLogs", "resultSignature": "200", "callerIpAddress": s.at.ip, "correlationId": id, "tenantId": t.id,
		"properties": object{
			"timeGenerated": at.Format(sevenDigits), "requestId": id, "operationId": id, "clientRequestId": guid(s.ids), "apiVersion": "v1.0", "requestMethod": method,
			"responseStatusCode": 200, "responseSizeBytes": size, "signInActivityId": s.token, "appId": s.with.appID, "UserPrincipalObjectID": s.user.object,
			"scopes": "Mail.ReadWrite Mail.Send User.Read", "clientAuthMethod": "0", "C_Idtyp": "user", "C_Sid": s.id, "ipAddress": s.at.ip, "userAgent": s.with.agent,
			"requestUri": "https://graph.microsoft.com/v1.0" + path, "tenantId": t.id, "tokenIssuedAt": s.began.Format(sevenDigits), "identityProvider": "https://sts.windows.net/" + t.id + "/",
		},
	}, mk)
}
