namespace Gateway.Server.Accounts;

internal enum CreateUserStatus
{
    Created,
    UsernameTaken,
    EmailTaken,
}
